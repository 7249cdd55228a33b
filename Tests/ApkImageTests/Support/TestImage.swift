import ApkArchive
import ApkFormats
import ApkImage
import ApkRepositories
import ApkTestSupport
import Foundation

/// Packages that exist in memory only, and images of them in a directory that goes with the value.
final class TestImage {
    /// One package: what it is called, further lines of `.PKGINFO`, and its entries.
    struct Package {
        var name: String
        var lines: [String] = []
        var origin = "example"
        var architecture = "x86_64"
        var content: @Sendable (inout TarBuilder) -> Void
    }

    let directory: URL
    private var files: [String: [UInt8]] = [:]
    private(set) var packages: [ImagePackage] = []
    private(set) var built: [PackageBuilder.Built] = []
    var options = ImageOptions()

    init(_ packages: [Package]) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("image-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        options.tool = ("apkresolve", "test")
        for package in packages { try add(package) }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func add(_ package: Package) throws {
        var builder = PackageBuilder()
        builder.name = package.name
        builder.lines = package.lines
        builder.architecture = package.architecture
        builder.content = package.content
        let built = builder.build()
        files[package.name] = built.bytes
        self.built.append(built)
        var text = "C:" + (Checksum(bytes: built.identity)?.description ?? "") + "\n"
        text += "P:\(package.name)\nV:1.0-r0\nA:\(package.architecture)\nS:\(built.bytes.count)\nI:4096\nT:An example\n"
        text += "U:https://example.org\nL:MIT\no:\(package.origin)\nt:1700000000\n\n"
        let bytes = Array(text.utf8)
        let record = IndexRecord(text: bytes, range: 0..<bytes.count)
        packages.append(
            ImagePackage(
                record: record,
                request: PackageRequest(
                    label: record.description, locations: [package.name], expectation: PackageExpectation(record))))
    }

    var contents: ImageContents {
        var world = World()
        if let dependency = try? Dependency(parsing: packages.last?.record.name ?? "a") { world.add(dependency) }
        return ImageContents(architecture: "x86_64", packages: packages, world: world)
    }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    /// Builds an image for each architecture, of the same packages.
    func build(_ architectures: [String], _ format: ImageDestination.Format, _ name: String) throws -> ImageReport {
        let supply = MemorySupply(files: files)
        let builder = ImageBuilder(supply: supply, verifier: PackageVerifier(keys: KeyRing()), options: options)
        let images = architectures.map { architecture in
            var contents = contents
            contents.architecture = architecture
            return contents
        }
        return try builder.build(images, to: ImageDestination(format: format, path: path(name)))
    }

    /// Builds the image.
    func build(_ format: ImageDestination.Format, _ name: String) throws -> ImageReport {
        let supply = MemorySupply(files: files)
        let builder = ImageBuilder(supply: supply, verifier: PackageVerifier(keys: KeyRing()), options: options)
        return try builder.build([contents], to: ImageDestination(format: format, path: path(name)))
    }

    /// Changes a byte of a package's file.
    func damage(_ name: String, at offset: Int) {
        guard var bytes = files[name] else { return }
        bytes[offset] ^= 1
        files[name] = bytes
    }
}

/// Gives packages from memory.
private struct MemorySupply: PackageSupply {
    let files: [String: [UInt8]]

    func open(_ request: PackageRequest) throws(RepositoryError) -> any RandomAccessFile {
        MemoryFile(files[request.locations[0]] ?? [], name: request.locations[0])
    }
}
