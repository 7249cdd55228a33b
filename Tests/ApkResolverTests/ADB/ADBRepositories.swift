import ApkArchive
import ApkFormats
import ApkRepositories
import ApkSolver
import ApkTestSupport
import Foundation
import Testing

/// Repositories of apk v3 on this machine, under the names and in the places that distributions have them.
@Suite struct ADBRepositories {
    /// The package's file, and the index that names it, signed by an RSA key as Chimera's are.
    static func files(spec: String = "") -> (package: [UInt8], index: [UInt8]) {
        var builder = ADBPackageBuilder()
        builder.nodes = [.init("etc", .directory), .init("etc/foo", .file(Array("hi".utf8)))]
        let package = builder.bytes()
        let hash = Checksum(bytes: TestHash.sha256(builder.build().payload))
        var adb = ADBWriter()
        let slots = [
            adb.text("foo"), adb.text("1.0-r0"), adb.blob(hash?.bytes ?? []), ADBWriter.null, adb.text("x86_64"),
            0, 0, 0, 0, 0, 0, adb.number(2), adb.number(package.count),
        ]
        let packages = adb.array([adb.object(slots)])
        let name = adb.text(spec)
        var stream = ADBStreamBuilder(.index, adb.payload(object: [ADBWriter.null, packages, name]))
        stream.keys = [.first]
        return (package, stream.bytes())
    }

    struct Layout: Sendable, CustomTestStringConvertible {
        /// Where index and package lie below the directory, and what the option names below it.
        var index: String
        var package: String
        var option: String
        var spec = ""
        var testDescription: String { "\(index), \(package), -X \(option)" }
    }

    @Test(arguments: [
        Layout(index: "x86_64/APKINDEX.tar.gz", package: "x86_64/foo-1.0-r0.apk", option: ""),
        Layout(index: "x86_64/Packages.adb", package: "x86_64/foo-1.0-r0.apk", option: ""),
        Layout(index: "x86_64/packages.adb", package: "x86_64/foo-1.0-r0.apk", option: ""),
        Layout(index: "x86_64/APKINDEX.adb", package: "x86_64/foo-1.0-r0.apk", option: ""),
        Layout(index: "packages.adb", package: "foo-1.0-r0.apk", option: ""),
        Layout(index: "packages.adb", package: "foo-1.0-r0.apk", option: "/packages.adb"),
        Layout(index: "packages.adb", package: "foo-1.0-r0.apk", option: "/index.json"),
        Layout(index: "packages.adb", package: "f/foo_1.0-r0", option: "", spec: "${name:1}/${name}_${version}"),
        Layout(
            index: "x86_64/APKINDEX.tar.gz", package: "x86_64/foo-1.0-r0.apk", option: "",
            spec: "${name}-${version}.apk"),
    ])
    func aPackageIsFoundAndProved(_ layout: Layout) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("adb-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let (package, index) = Self.files(spec: layout.spec)
        let key = (TestKey.first.name, TestKey.first.publicPEM)
        for (path, bytes) in [("r/" + layout.index, index), ("r/" + layout.package, package), ("k/" + key.0, key.1)] {
            let file = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        var options = RepositoryOptions()
        options.repositories = [root.path + "/r" + layout.option]
        options.keyDirectories = [root.path + "/k"]
        options.architecture = "x86_64"
        let catalog = try Catalog.load(options)
        #expect(catalog.repositories.map(\.signedBy) == [key.0])
        let found = try #require(catalog.universe.allPackages.first)
        let request = try catalog.request(for: found)
        let verified = try PackageVerifier(keys: KeyRing()).verify(
            LocalSupply().open(request), expecting: request.expectation)
        #expect(verified.proof == .index)
        #expect(try verified.verifyContents().contentSize == 2)
    }
}
