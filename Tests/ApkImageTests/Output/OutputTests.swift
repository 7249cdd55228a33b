import ApkArchive
import ApkImage
import ApkTestSupport
import Foundation
import Testing

@Suite("Images: outputs")
struct OutputTests {
    private static func image(_ text: String = "text") throws -> TestImage {
        try TestImage([.init(name: "one") { $0.checkedFile("file", text) }])
    }

    @Test("an image in an existing layout replaces the one of its name; others stay, and unused blobs go")
    func existingLayout() throws {
        let image = try Self.image()
        image.options.name = "a:first"
        let first = try image.build(.oci, "layout")
        image.options.name = "a:second"
        image.options.execution.command = ["two"]
        let second = try image.build(.oci, "layout")
        image.options.execution.command = ["three"]
        let third = try image.build(.oci, "layout")
        let blobs = Set(try FileManager.default.contentsOfDirectory(atPath: image.path("layout/blobs/sha256")))
        for report in [first, third] {
            #expect(blobs.contains(report.images[0].manifest.digest.hexadecimal))
            #expect(blobs.contains(report.images[0].configuration.digest.hexadecimal))
            #expect(report.images[0].layers.allSatisfy { blobs.contains($0.descriptor.digest.hexadecimal) })
        }
        #expect(!blobs.contains(second.images[0].manifest.digest.hexadecimal))
        #expect(blobs.allSatisfy { $0.utf8.count == 64 })
        let index = try String(contentsOfFile: image.path("layout/index.json"), encoding: .utf8)
        #expect(index.contains("\"first\"") && index.contains("\"second\""))
    }

    @Test("a package that is not what it shall be leaves no output, and an older one as it was")
    func damaged() throws {
        for format in ImageDestination.Format.allCases {
            let image = try Self.image(String(repeating: "some text ", count: 5000))
            _ = try image.build(format, "there")
            let before = try PackageLayerTests.bytes(image.path("there"))
            image.damage("one", at: image.built[0].bytes.count - 20)
            image.options.execution.command = ["other"]
            for name in ["there", "new"] {
                let error = #expect(throws: ImageError.self) { try image.build(format, name) }
                #expect(error?.code == .badPackage)
                #expect(error?.package == "one-1.0-r0")
            }
            #expect(try PackageLayerTests.bytes(image.path("there")) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: image.directory.path) == ["there"])
        }
    }

    @Test("what the cache knows of a package does not make a damaged one good")
    func damagedAndCached() throws {
        let image = try Self.image(String(repeating: "some text ", count: 5000))
        image.options.cacheDirectory = image.path("cache")
        _ = try image.build(.oci, "one")
        image.damage("one", at: image.built[0].bytes.count - 20)
        let error = #expect(throws: ImageError.self) { try image.build(.oci, "two") }
        #expect(error?.archive?.code == .dataMismatch)
        #expect(!FileManager.default.fileExists(atPath: image.path("two")))
    }

    @Test("a torn file of the cache counts as none")
    func tornCache() throws {
        let image = try Self.image(String(repeating: "some text ", count: 5000))
        image.options.cacheDirectory = image.path("cache")
        let report = try image.build(.oci, "one")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: image.path("cache")).first)
        let file = URL(fileURLWithPath: image.path("cache/" + name))
        let whole = try Data(contentsOf: file)
        for length in [0, 10, whole.count / 2, whole.count - 1] {
            try whole.prefix(length).write(to: file)
            #expect(try image.build(.oci, "two").descriptor == report.descriptor)
            #expect(try Data(contentsOf: file) == whole)
        }
    }

    @Test("a directory or file that is no layout is left alone")
    func inTheWay() throws {
        let image = try Self.image()
        try FileManager.default.createDirectory(atPath: image.path("full"), withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: image.path("full/x")))
        try Data("x".utf8).write(to: URL(fileURLWithPath: image.path("file")))
        for (format, name) in [
            (ImageDestination.Format.oci, "full"), (.oci, "file"), (.ociArchive, "full"), (.dockerArchive, "full"),
        ] {
            let error = #expect(throws: ImageError.self) { try image.build(format, name) }
            #expect(error?.code == .outputInTheWay)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: image.path("full")) == ["x"])
    }

    @Test("an added directory has one owner, plain modes and one time, whatever it has here")
    func addition() throws {
        let image = try Self.image()
        let source = image.path("source")
        try FileManager.default.createDirectory(atPath: source + "/sub", withIntermediateDirectories: true)
        try Data("server".utf8).write(to: URL(fileURLWithPath: source + "/sub/server.js"))
        try Data("run".utf8).write(to: URL(fileURLWithPath: source + "/run"))
        try FileManager.default.createSymbolicLink(atPath: source + "/link", withDestinationPath: "sub/server.js")
        image.options.additions = [AddedDirectory(source: source, target: "/srv/app", user: 7, group: 8)]
        var reports: [ImageReport] = []
        for (run, mode, time) in [("one", 0o600, 1_000_000_000.0), ("two", 0o664, 1_500_000_000)] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode, .modificationDate: Date(timeIntervalSince1970: time)],
                ofItemAtPath: source + "/sub/server.js")
            try FileManager.default.setAttributes([.posixPermissions: mode | 0o100], ofItemAtPath: source + "/run")
            reports.append(try image.build(.oci, run))
        }
        #expect(reports[0].descriptor == reports[1].descriptor)
        let root = try LayeredRoot(reports[0].images[0].layers, in: image.path("one"))
        #expect(root.files["srv"]?.owner == "0:0")
        #expect(root.files["srv/app"]?.owner == "7:8")
        #expect(root.files["srv/app/sub/server.js"]?.mode == 0o644)
        #expect(root.files["srv/app/run"]?.mode == 0o755)
        #expect(root.files["srv/app/link"]?.target == "sub/server.js")
        #expect(root.text("srv/app/sub/server.js") == "server")
    }

    @Test(
        "paths that an image cannot have",
        arguments: ["app", "/app/../../etc", "", "/a\nb"])
    func badTarget(_ target: String) throws {
        let image = try Self.image()
        image.options.additions = [AddedDirectory(source: image.directory.path, target: target)]
        let error = #expect(throws: ImageError.self) { try image.build(.ociArchive, "out.tar") }
        #expect(error?.code == .invalidPath)
        #expect(!FileManager.default.fileExists(atPath: image.path("out.tar")))
    }
}
