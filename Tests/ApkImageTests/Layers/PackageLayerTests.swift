import ApkArchive
import ApkImage
import ApkRoot
import ApkTestSupport
import Foundation
import Testing

@testable import ApkImage

@Suite("Images: layers of packages")
struct PackageLayerTests {
    private static func twoPackages() throws -> TestImage {
        try TestImage([
            .init(name: "base") { tar in
                tar.directory("bin")
                tar.checkedFile("bin/tool", "tool", mode: 0o4755, pax: [("SCHILY.xattr.user.kind", "raw\u{1}")])
                tar.hardLink("bin/other", to: "bin/tool", mode: 0o4755)
                tar.checkedLink("bin/link", to: "tool")
                tar.directory("tmp", mode: 0o1777)
            },
            .init(name: "app") { tar in
                tar.directory("usr")
                tar.directory("usr/share")
                tar.checkedFile("usr/share/text", String(repeating: "text ", count: 100_000))
            },
        ])
    }

    @Test("a package's data segment is a layer as it is, and its digest is the datahash")
    func ownBytes() throws {
        let image = try Self.twoPackages()
        let report = try image.build(.oci, "out")
        let layers = report.images[0].layers
        #expect(layers.map(\.kind) == [.packageBytes, .packageBytes, .generated])
        for (layer, package) in zip(layers, image.built) {
            #expect(layer.descriptor.digest.bytes == TestHash.sha256(package.data))
            let blob = try Data(
                contentsOf: URL(fileURLWithPath: image.path("out/blobs/sha256/\(layer.descriptor.digest.hexadecimal)")))
            #expect([UInt8](blob) == package.data)
            #expect(layer.descriptor.size == package.data.count)
        }
        #expect(report.images[0].rewritten.isEmpty)
    }

    @Test("every strategy shows the same files, attributes and links included", arguments: LayerStrategy.allCases)
    func strategies(_ strategy: LayerStrategy) throws {
        let image = try Self.twoPackages()
        image.options.strategy = strategy
        let report = try image.build(.oci, "out")
        let root = try LayeredRoot(report.images[0].layers, in: image.path("out"))
        let tool = try #require(root.files["bin/tool"])
        #expect(tool.mode == 0o4755)
        #expect(tool.attributes == [.init(name: Array("user.kind".utf8), value: Array("raw\u{1}".utf8))])
        #expect(root.files["bin/other"] == tool)
        #expect(root.files["bin/link"]?.target == "tool")
        #expect(root.files["tmp"]?.mode == 0o1777)
        #expect(root.text("usr/share/text")?.count == 500_000)
        #expect(root.text("etc/apk/world") == "app\n")
        #expect(root.text("lib/apk/db/installed")?.contains("P:base\n") == true)
        // The layers together are exactly what the strategy of one layer a package shows.
        image.options.strategy = .package
        let other = try image.build(.oci, "other")
        #expect(try LayeredRoot(other.images[0].layers, in: image.path("other")) == root)
    }

    @Test(
        "two builds are the same bytes, on any number of threads, with a cache and without",
        arguments: LayerStrategy.allCases, ImageDestination.Format.allCases)
    func reproducible(_ strategy: LayerStrategy, _ format: ImageDestination.Format) throws {
        let image = try Self.twoPackages()
        image.options.strategy = strategy
        image.options.threads = 1
        _ = try image.build(format, "one")
        image.options.threads = 4
        image.options.cacheDirectory = image.path("cache")
        _ = try image.build(format, "four")
        _ = try image.build(format, "cached")
        let first = try Self.bytes(image.path("one"))
        #expect(try Self.bytes(image.path("four")) == first)
        #expect(try Self.bytes(image.path("cached")) == first)
    }

    /// All files below a path, by their relative names.
    static func bytes(_ path: String) throws -> [String: Data] {
        guard let walk = FileManager.default.enumerator(atPath: path), isDirectory(path) else {
            return ["": try Data(contentsOf: URL(fileURLWithPath: path))]
        }
        var files: [String: Data] = [:]
        for case let name as String in walk where !isDirectory(path + "/" + name) {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
        }
        return files
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    /// An archive that says more than an install takes from it.
    struct Overstatement: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var content: @Sendable (inout TarBuilder) -> Void
    }

    private static let capability = "SCHILY.xattr.security.capability"

    static let overstatements = [
        Overstatement(testDescription: "the root's mode") { tar in
            tar.directory(".", mode: 0o700)
            tar.checkedFile("tool", "tool", mode: 0o4755, pax: [(capability, "c")])
        },
        Overstatement(testDescription: "a hard link's mode") { tar in
            tar.checkedFile("tool", "tool", mode: 0o4755, pax: [(capability, "c")])
            tar.hardLink("other", to: "tool", mode: 0o755, pax: [(capability, "c")])
        },
        Overstatement(testDescription: "a hard link's owner") { tar in
            tar.checkedFile("tool", "tool", mode: 0o4755, pax: [(capability, "c")])
            tar.pax([(capability, Array("c".utf8))])
            var header = tar.header("other", type: "1", mode: 0o4755)
            header.linkName = Array("tool".utf8)
            header.userID = .octal(9)
            tar.entry(header)
        },
        Overstatement(testDescription: "a hard link's attributes") { tar in
            tar.checkedFile("tool", "tool", mode: 0o4755, pax: [(capability, "c")])
            tar.hardLink("other", to: "tool", mode: 0o4755, pax: [(capability, "c"), ("SCHILY.xattr.user.a", "b")])
        },
        Overstatement(testDescription: "a hard link without its file's capabilities") { tar in
            tar.checkedFile("tool", "tool", mode: 0o4755, pax: [(capability, "c")])
            tar.hardLink("other", to: "tool", mode: 0o4755)
        },
    ]

    @Test("attributes that an install passes over are in no layer", arguments: overstatements, LayerStrategy.allCases)
    func passesOver(_ one: Overstatement, _ strategy: LayerStrategy) throws {
        let image = try TestImage([.init(name: "tool", content: one.content)])
        image.options.strategy = strategy
        let report = try image.build(.oci, "out")
        let root = try LayeredRoot(report.images[0].layers, in: image.path("out"))
        #expect(root.files[""] == nil)
        for name in ["tool", "other"] {
            guard let file = root.files[name] else { continue }
            #expect(file.mode == 0o4755)
            #expect(file.owner == "0:0")
            #expect(file.attributes == [.init(name: Array("security.capability".utf8), value: Array("c".utf8))])
        }
        if strategy == .package {
            #expect(
                report.images[0].rewritten
                    == [RewrittenPackage(package: "tool-1.0-r0", reason: .overstatedAttributes)])
        }
    }

    @Test("a hard link that is refused is found again, by what was read and by what the cache knows")
    func offsets() throws {
        let image = try TestImage([
            .init(name: "links") { tar in
                tar.checkedFile("file", "x")
                let digest = String(repeating: "0", count: 40)
                tar.hardLink("link", to: "file", pax: [("APK-TOOLS.checksum.SHA1", digest)])
            }
        ])
        image.options.cacheDirectory = image.path("cache")
        var before = TarBuilder()
        before.checkedFile("file", "x")
        for _ in 0..<2 {
            let error = #expect(throws: ImageError.self) { try image.build(.oci, "out") }
            #expect(error?.root?.archive?.tarOffset == before.bytes.count)
        }
    }

    /// What may be wrong with a file of the cache; the last is what a user can do to his own.
    enum Flaw: CaseIterable { case others, othersDirectory, link, otherPackage, none }

    @Test("what the cache says is believed only where nobody else can have written it", arguments: Flaw.allCases)
    func cacheOfOthers(_ flaw: Flaw) throws {
        let image = try Self.twoPackages()
        image.options.cacheDirectory = image.path("cache")
        _ = try image.build(.oci, "first")
        let paths = image.built.map { image.path("cache/\(TestHash.hex(TestHash.sha256($0.data)))") }
        var bytes = try SharedFiles.bytes(paths[flaw == .otherPackage ? 1 : 0])
        if flaw != .otherPackage {
            // The digest of a layer, behind the form's name and the package's hash, and the digest over all.
            bytes[54] ^= 1
            bytes = bytes.dropLast(32) + TestHash.sha256(Array(bytes.dropLast(32)))
        }
        try Data(bytes).write(to: URL(fileURLWithPath: paths[0]))
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: flaw == .others ? 0o620 : 0o600], ofItemAtPath: paths[0])
        if flaw == .othersDirectory {
            try files.setAttributes([.posixPermissions: 0o777], ofItemAtPath: image.path("cache"))
        }
        if flaw == .link {
            try files.moveItem(atPath: paths[0], toPath: image.path("elsewhere"))
            try files.createSymbolicLink(atPath: paths[0], withDestinationPath: image.path("elsewhere"))
        }
        _ = try image.build(.oci, "second")
        let isBelieved = try Self.bytes(image.path("first")) != Self.bytes(image.path("second"))
        #expect(isBelieved == (flaw == .none))
    }

    @Test("a package without files is no layer, and its placeholder is in no image")
    func placeholder() throws {
        let image = try TestImage([
            .init(name: "nothing") { $0.checkedFile(".dummy", "") },
            .init(name: "something") { tar in
                tar.checkedFile("hello", "hello")
                tar.checkedFile(".dummy", "")
            },
        ])
        let report = try image.build(.oci, "out")
        #expect(report.images[0].layers.map(\.packages) == [["something-1.0-r0"], []])
        let root = try LayeredRoot(report.images[0].layers, in: image.path("out"))
        #expect(root.files["hello"] != nil)
        #expect(root.files[".dummy"] == nil)
    }
}

@Suite("Images: packages that ship the same paths")
struct OverlappingLayerTests {
    /// Two packages with one path; the second replaces the first, or the first keeps it by its priority.
    private static func overlap(size: Int, firstKeeps: Bool) throws -> TestImage {
        let text = { @Sendable (word: String) in String(repeating: word, count: size / word.utf8.count) }
        return try TestImage([
            .init(name: "first", lines: firstKeeps ? ["replaces = second", "replaces_priority = 5"] : []) { tar in
                tar.directory("usr")
                tar.checkedFile("usr/shared", text("first!"))
                tar.checkedFile("usr/first", "first")
            },
            .init(
                name: "second", lines: firstKeeps ? [] : ["replaces = first"], origin: firstKeeps ? "other" : "example"
            ) { tar in
                tar.directory("usr")
                tar.checkedFile("usr/shared", text("second"))
                tar.checkedFile("usr/second", "second")
            },
        ])
    }

    @Test(
        "the owner's file is seen, whatever the layers", arguments: LayerStrategy.allCases,
        [(600, true), (600, false), (600_000, true), (600_000, false)])
    func owner(_ strategy: LayerStrategy, _ shape: (size: Int, firstKeeps: Bool)) throws {
        let image = try Self.overlap(size: shape.size, firstKeeps: shape.firstKeeps)
        image.options.strategy = strategy
        let report = try image.build(.oci, "out")
        let root = try LayeredRoot(report.images[0].layers, in: image.path("out"))
        #expect(root.text("usr/shared")?.hasPrefix(shape.firstKeeps ? "first!" : "second") == true)
        #expect(root.text("usr/first") == "first")
        #expect(root.text("usr/second") == "second")
        // Large files are not repeated: the layer that hides one is written anew.
        let isRewritten = strategy == .package && shape.firstKeeps && shape.size > 64 << 10
        if strategy == .package {
            #expect(
                report.images[0].rewritten
                    == (isRewritten ? [RewrittenPackage(package: "second-1.0-r0", reason: .changedFiles)] : []))
            let own = report.images[0].layers.count { $0.kind == .packageBytes }
            #expect(own == (isRewritten ? 1 : 2))
        }
        image.options.cacheDirectory = image.path("cache")
        for name in ["again", "cached"] {
            _ = try image.build(.oci, name)
            #expect(try PackageLayerTests.bytes(image.path(name)) == PackageLayerTests.bytes(image.path("out")))
        }
    }

    @Test("two owners that nothing reconciles are an error that names both, and leave nothing")
    func conflict() throws {
        let image = try TestImage([
            .init(name: "one", origin: "one") { $0.checkedFile("shared", "1") },
            .init(name: "two", origin: "two") { $0.checkedFile("shared", "2") },
        ])
        for format in ImageDestination.Format.allCases {
            let error = #expect(throws: ImageError.self) { try image.build(format, "out") }
            #expect(error?.code == .badTree)
            #expect(error?.root?.code == .fileConflict)
            #expect(error?.root?.package == "two-1.0-r0")
            #expect(error?.root?.otherPackage == "one-1.0-r0")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: image.directory.path).isEmpty)
    }

    @Test(
        "a package whose paths lead through another's link is written where they lead",
        arguments: LayerStrategy.allCases)
    func throughLink(_ strategy: LayerStrategy) throws {
        let image = try TestImage([
            .init(name: "layout") { tar in
                tar.directory("usr")
                tar.directory("usr/lib")
                tar.checkedLink("lib", to: "usr/lib")
            },
            .init(name: "library", origin: "other") { tar in
                tar.directory("lib")
                tar.checkedFile("lib/libx.so", "library")
                tar.hardLink("lib/liby.so", to: "lib/libx.so")
            },
        ])
        image.options.strategy = strategy
        let report = try image.build(.oci, "out")
        let root = try LayeredRoot(report.images[0].layers, in: image.path("out"))
        #expect(root.files["lib"]?.target == "usr/lib")
        #expect(root.text("usr/lib/libx.so") == "library")
        #expect(root.text("usr/lib/liby.so") == "library")
        #expect(root.files["lib/libx.so"] == nil)
        let layers = report.images[0].rewritten
        #expect(layers == [RewrittenPackage(package: "library-1.0-r0", reason: .pathThroughLink)])
    }

    @Test("owners are the numbers that the image's own users have", arguments: LayerStrategy.allCases)
    func owners(_ strategy: LayerStrategy) throws {
        let image = try TestImage([
            .init(name: "users") { tar in
                tar.directory("etc")
                tar.checkedFile("etc/passwd", "root:x:0:0::/root:/bin/sh\nweb:x:1234:33::/:/bin/false\n")
                tar.checkedFile("etc/group", "root:x:0:\nweb:x:33:\n")
            },
            .init(name: "server", origin: "other") { tar in
                for (name, type) in [("srv/", "5"), ("srv/page", "0")] as [(String, Character)] {
                    var header = tar.header(name, type: type, mode: type == "5" ? 0o750 : 0o640)
                    header.userName = Array("web".utf8)
                    header.groupName = Array("web".utf8)
                    header.userID = .octal(100)
                    header.groupID = .octal(101)
                    if type == "0" {
                        header.size = .octal(4)
                        let digest = TestHash.hex(TestHash.sha1(Array("page".utf8)))
                        tar.pax([("APK-TOOLS.checksum.SHA1", Array(digest.utf8))])
                    }
                    tar.entry(header, type == "0" ? Array("page".utf8) : [])
                }
            },
        ])
        image.options.strategy = strategy
        let report = try image.build(.oci, "out")
        let root = try LayeredRoot(report.images[0].layers, in: image.path("out"))
        #expect(root.files["srv"]?.owner == "1234:33")
        #expect(root.files["srv"]?.mode == 0o750)
        #expect(root.files["srv/page"]?.owner == "1234:33")
        #expect(root.text("srv/page") == "page")
    }
}
