import ApkArchive
import ApkFormats
import ApkTestSupport
import Foundation
import Testing

@testable import ApkRoot

/// Real packages become roots; GNU tar of the same data segments says what must be in them.
@Suite(.enabled(if: SharedFiles.isAvailable, "needs the shared corpus"))
struct CorpusInstallTests {
    static func verifier() throws -> PackageVerifier {
        PackageVerifier(keys: try KeyRing(directory: SharedFiles.path("corpus/keys/alpine")))
    }

    static func packages(_ directory: String) throws -> [VerifiedPackage] {
        let verifier = try verifier()
        // What scripts of others look at comes first, as it does in a resolved order.
        let early = ["alpine-baselayout-data", "musl", "busybox"]
        func place(_ package: VerifiedPackage) -> Int { early.firstIndex(of: package.name) ?? early.count }
        return try SharedFiles.files(below: directory, suffix: ".apk").map { try verifier.verify(path: $0) }
            .enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(\.element)
    }

    @Test func bootRepositoryInstalls() throws {
        let directory = TestDirectory()
        let packages = try Self.packages("corpus/alpine/v3.19.1-boot")
        let plan = try install(packages, into: directory.root, world: "alpine-base")
        #expect(plan.database.packages.count == 100)
        let text = try #require(FileManager.default.contents(atPath: directory.root + "/lib/apk/db/installed"))
        let database = try InstalledDatabase(parsing: [UInt8](text))
        #expect(database.text == [UInt8](text))
        #expect(!FileManager.default.fileExists(atPath: directory.root + "/.apkresolve"))
        try checkDatabase(database, directory.root)
        #expect(directory.target("bin/sh") == "/bin/busybox")
        #expect(directory.target("bin/ls") == "/bin/busybox")
        #expect(directory.target("bin/su") == "/bin/bbsuid")
        #expect(directory.text("etc/group")?.contains("\nchrony:x:") == true)
        #expect(directory.text("etc/passwd")?.contains("\ndhcpcd:x:") == true)
        let scripts = Dictionary(grouping: plan.scripts, by: \.outcome).mapValues { Set($0.map(\.package)) }
        #expect(scripts[.needsYou] == ["tiny-cloud-alpine-3.0.7-r0", "tiny-cloud-nocloud-3.0.7-r0"])
        #expect(scripts[.emulated]?.contains("busybox-1.36.1-r15") == true)
        #expect(scripts[.ignorable]?.contains("openrc-0.52.1-r2") == true)
    }

    /// Every line of a database is true of the disk: what `apk audit` looks at.
    private func checkDatabase(_ database: InstalledDatabase, _ root: String) throws {
        var view = RootView(try Directory.open(path: root, system: SystemInterface()))
        // Accounts that scripts made are in files that packages shipped.
        let changed: Set<String> = ["etc/passwd", "etc/group", "etc/shadow"]
        for package in database.packages {
            for directory in package.files.directories {
                #expect(try view.kind(of: Array(directory.path)) == .directory)
                for place in directory.files {
                    let file = package.files.file(at: place)
                    let path = package.files.path(of: place, in: directory)
                    let name = String(decoding: path, as: UTF8.self)
                    let status = try #require(try view.status(of: path), "\(name)")
                    #expect(status.permissions == UInt32(file.attributes.mode), "\(name)")
                    #expect(status.user == file.attributes.user && status.group == file.attributes.group, "\(name)")
                    guard !changed.contains(name) else { continue }
                    let digest = try #require(file.digest, "\(name)")
                    #expect(try view.digest(of: path, digest.algorithm) == digest, "\(name)")
                }
            }
        }
    }

    @Test(arguments: SharedFiles.files(below: "corpus/alpine", suffix: ".apk"))
    func agreesWithTar(_ path: String) throws {
        let directory = TestDirectory()
        let package = try Self.verifier().verify(path: path)
        let root = try StagingRoot(path: directory.root, creates: true)
        let staged = try root.staged([package], threads: 1)
        var options = RunOptions()
        options.emulatesScripts = false
        try root.commit(
            root.plan(RootChanges(staged.map { .install($0, tag: nil) }), extractingOnly: true, options: options))
        try root.close()

        let member = directory.path + "/data.tar.gz"
        let segments = try #require(package.segments)
        try Data(try SharedFiles.bytes(path)[segments.data]).write(to: URL(fileURLWithPath: member))
        let expected = directory.path + "/tar"
        try FileManager.default.createDirectory(atPath: expected, withIntermediateDirectories: true)
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = [
            "tar", "--extract", "--gzip", "--numeric-owner", "--preserve-permissions", "--warning=no-unknown-keyword",
            "--file", member, "--directory", expected,
        ]
        try tar.run()
        tar.waitUntilExit()
        #expect(tar.terminationStatus == 0)
        let differences = Snapshot(directory.root).differences(from: Snapshot(expected, ignoring: [".dummy"]))
        #expect(differences.isEmpty)
    }

    /// What ca-certificates' trigger would do: the bundle, a link to each certificate, and the links by which OpenSSL
    /// finds them, which are those that OpenSSL itself makes.
    @Test(.enabled(if: ExternalTool.isInstalled("openssl"), "needs openssl"))
    func certificatesAreFoundByTheirSubjects() throws {
        let directory = TestDirectory()
        let path = SharedFiles.path("corpus/alpine/v3.19/main/x86_64/ca-certificates-20240226-r0.apk")
        let plan = try install([Self.verifier().verify(path: path)], into: directory.root, world: "ca-certificates")
        #expect(plan.scripts.map(\.outcome) == [.emulated])
        let certificates = directory.root + "/usr/share/ca-certificates/mozilla"
        let place = directory.path + "/certificates"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: certificates) {
            try FileManager.default.copyItem(
                atPath: "\(certificates)/\(name)", toPath: "\(place)/ca-cert-\(name.dropLast(4)).pem")
        }
        let openssl = try #require(ExternalTool("openssl"))
        #expect(try openssl.run(["rehash", place]).status == 0)
        let hashed = { (name: String) in name.utf8.count == 10 && name.utf8.prefix(8).allSatisfy { $0 != 0x2e } }
        let expected = try FileManager.default.contentsOfDirectory(atPath: place).filter(hashed)
        let found = try FileManager.default.contentsOfDirectory(atPath: directory.root + "/etc/ssl/certs").filter(
            hashed)
        #expect(found.count > 100)
        #expect(Set(found) == Set(expected))
        for name in found {
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: "\(place)/\(name)")
            #expect(directory.target("etc/ssl/certs/\(name)") == target)
        }
    }

    /// What is not chosen any more has no links, neither of its name nor of its subject, and is not in the bundle.
    @Test func certificatesFollowTheSettings() throws {
        let directory = TestDirectory()
        let path = SharedFiles.path("corpus/alpine/v3.19/main/x86_64/ca-certificates-20240226-r0.apk")
        let package = try Self.verifier().verify(path: path)
        try install([package], into: directory.root, world: "ca-certificates")
        let all = try #require(directory.text("etc/ca-certificates.conf"))
        let link = "etc/ssl/certs/ca-cert-ISRG_Root_X1.pem"
        #expect(directory.target(link) != nil && directory.target("etc/ssl/certs/4042bcee.0") != nil)
        try directory.make(
            "etc/ca-certificates.conf", all.replacing("mozilla/ISRG_Root_X1", with: "!mozilla/ISRG_Root_X1"))
        try directory.make("usr/local/share/ca-certificates/a (b),c.crt", "own")
        try directory.link("etc/ssl/certs/mine.pem", to: "/usr/share/ca-certificates/mozilla/ISRG_Root_X1.crt")
        try directory.link("etc/ssl/certs/other.pem", to: "/nowhere")
        let plan = try install([package], into: directory.root, world: "ca-certificates")
        #expect(plan.scripts.map(\.outcome) == [.emulated])
        for name in [link, "etc/ssl/certs/4042bcee.0", "etc/ssl/certs/mine.pem"] {
            #expect(directory.target(name) == nil)
        }
        #expect(directory.target("etc/ssl/certs/other.pem") == "/nowhere")
        #expect(directory.target("etc/ssl/certs/ca-cert-a_=b=_c.pem") == "/usr/local/share/ca-certificates/a (b),c.crt")
        // The program copies each and writes an end of line behind it, whatever it ends with.
        let chosen = try #require(directory.text("etc/ca-certificates.conf")).split(separator: "\n").filter {
            !$0.hasPrefix("#") && !$0.hasPrefix("!")
        }
        let bundle = chosen.map { (directory.text("usr/share/ca-certificates/\($0)") ?? "") + "\n" }.joined() + "own\n"
        #expect(directory.text("etc/ssl/certs/ca-certificates.crt") == bundle)
    }

    /// The same packages give the same tree and the same database on any number of threads, in any order of arrival.
    @Test func threadsDoNotMatter() throws {
        let packages = try Self.packages("corpus/alpine/v3.19.1-boot")
        let first = TestDirectory()
        let second = TestDirectory()
        try install(packages, into: first.root, threads: 1, world: "alpine-base")
        try install(packages, into: second.root, threads: 5, world: "alpine-base")
        #expect(Snapshot(first.root).differences(from: Snapshot(second.root)).isEmpty)
    }
}
