import ApkArchive
import ApkFormats
import ApkRoot
import ApkSolver

/// What can be fed with bytes. None of them may crash, hang, read beyond its input, or take memory that does not stand
/// in proportion to it; where two ways lead to one result they must agree.
enum FuzzTarget: String, CaseIterable {
    case index, packageInfo = "package-info", tar, gzip, package, version, dependency, key
    case installedDatabase = "installed-database"
    case repositories, checksum
    case adb, adbFile = "adb-file", json
    case script

    func run(_ bytes: [UInt8]) {
        switch self {
        case .index: readIndex(bytes)
        case .packageInfo: readPackageInfo(bytes)
        case .tar: readTar(bytes)
        case .gzip: readGzip(bytes)
        case .package: readPackage(bytes)
        case .version: compareVersions(bytes)
        case .dependency: readDependency(bytes)
        case .key: readKey(bytes)
        case .installedDatabase: readDatabase(bytes)
        case .repositories: readRepositories(bytes)
        case .checksum: readChecksum(bytes)
        case .adb: readADB(bytes)
        case .adbFile: readADBFile(bytes)
        case .json: readJSON(bytes)
        case .script: followScript(bytes)
        }
    }
}

/// Small bounds, so that a small input that asks for much is told apart from one that is only slow.
private let limits: ArchiveLimits = {
    var limits = ArchiveLimits()
    limits.index = 4 << 20
    limits.control = 4 << 20
    limits.data = 16 << 20
    limits.metadata = 4 << 20
    limits.ratioSlack = 4 << 20
    return limits
}()

/// Stops the fuzzer where what must agree does not.
private func check(_ condition: Bool, _ what: @autoclosure () -> String) {
    guard !condition else { return }
    fatalError(what())
}

private func readIndex(_ bytes: [UInt8]) {
    // As the text of an index, and as an archive around one.
    if let index = try? IndexReader.records(in: bytes) {
        for record in index {
            _ = (record.name, record.version, record.checksum, record.dependencies, record.provides, record.installIf)
            _ = (record.unknownFields, record.installedSize, record.downloadSize)
        }
    }
    let archive = IndexArchive(keys: KeyRing(), policy: TrustPolicy(allowUntrusted: true), limits: limits)
    _ = try? archive.read(bytes: bytes, name: "input")
}

private func readPackageInfo(_ bytes: [UInt8]) {
    guard let info = try? PackageInfo(parsing: bytes) else { return }
    _ = (info.problems, info.unknownFields, info.dataHash, info.triggers, info.replaces)
    guard let checksum = Checksum(bytes: [UInt8](repeating: 7, count: 20)) else { return }
    let record = info.record(checksum: checksum, downloadSize: bytes.count)
    if record.name == info.name { check(record.checksum == checksum, "the record's digest") }
}

private func readTar(_ bytes: [UInt8]) {
    var reader = TarReader(MemorySource(bytes), limits: limits)
    var entries: [ArchiveEntry] = []
    var contents: [[UInt8]] = []
    do throws(ArchiveError) {
        while let entry = try reader.next() {
            entries.append(entry)
            contents.append(try reader.readContent(limit: bytes.count, option: "data"))
            check(contents[contents.count - 1].count == entry.size, "content of the entry's size")
        }
    } catch { return }
    // What was accepted can be written, and is read back the same.
    var writer = TarWriter(MemorySink(), writesChecksums: true)
    do throws(ArchiveError) {
        for (entry, content) in zip(entries, contents) { try writer.append(entry, content: content) }
        try writer.finish()
        var again = TarReader(MemorySource(writer.output.bytes), limits: ArchiveLimits())
        for entry in entries {
            guard var found = try again.next() else { fatalError("an entry is missing") }
            found.offset = entry.offset
            var expected = entry
            expected.extendedAttributes.sort { $0.name.lexicographicallyPrecedes($1.name) }
            check(found == expected, "\(found) is not \(expected)")
        }
        check(try again.next() == nil, "as many entries")
    } catch { fatalError("\(error)") }
}

private func readGzip(_ bytes: [UInt8]) {
    do throws(ArchiveError) {
        var reader = try GzipMemberReader(MemorySource(bytes), limits: limits, hashingFile: true)
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while try reader.nextMember() {
            var total = 0
            while true {
                var failure: ArchiveError?
                let count = buffer.withUnsafeMutableBytes { room in
                    do throws(ArchiveError) { return try reader.read(into: room) } catch {
                        failure = error
                        return 0
                    }
                }
                if let failure { throw failure }
                if count == 0 { break }
                total += count
            }
            check(total == reader.inflatedCount, "the inflated count")
        }
        check(reader.fileOffset == bytes.count, "the whole file was read")
    } catch { return }
}

private func readPackage(_ bytes: [UInt8]) {
    let verifier = PackageVerifier(keys: KeyRing(), policy: TrustPolicy(allowUntrusted: true), limits: limits)
    guard let package = try? verifier.verify(MemoryFile(bytes, name: "input")) else { return }
    guard let proof = try? package.verifyContents(hashing: [.file, .inflatedData]) else { return }
    check(proof.fileSHA256 == (try? Digest.of(bytes, .sha256)), "the digest of the file")
}

private func compareVersions(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0x0a, maxSplits: 2, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    for first in parts {
        for second in parts {
            let mirrored: [VersionOrder: VersionOrder] = [.less: .greater, .greater: .less, .equal: .equal]
            let order = Version.compare(first, second)
            // Only versions have an order; other texts are compared too, somehow.
            guard let one = Version(first), let other = Version(second) else { continue }
            check(mirrored[order] == Version.compare(second, first), "\(first) and \(second) both ways")
            for third in parts.compactMap({ Version($0) }) where one < other && other < third {
                check(one < third, "\(one) < \(other) < \(third)")
            }
        }
        check(Version.compare(first, first) == .equal, first)
    }
}

private func readDependency(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let dependency = Dependency(text) else { return }
    check(Dependency(dependency.description) == dependency, "written and read again")
}

private func readKey(_ bytes: [UInt8]) {
    let ring = KeyRing(keys: [(name: "key", pem: bytes)])
    _ = ring.unusableKeys()
}

private func readDatabase(_ bytes: [UInt8]) {
    guard let database = try? InstalledDatabase(parsing: bytes) else { return }
    let written = database.text
    guard let again = try? InstalledDatabase(parsing: written) else { fatalError("what was written is not read") }
    check(again.text == written, "written twice, the same")
}

private func readRepositories(_ bytes: [UInt8]) {
    var list = RepositoryList(architecture: "x86_64")
    list.read(bytes, from: "input")
    for source in list.sources { _ = (source.description, source.indexURL) }
}

private func readChecksum(_ bytes: [UInt8]) {
    guard let checksum = Checksum(String(decoding: bytes, as: UTF8.self)) else { return }
    check(Checksum(checksum.description) == checksum, "written and read again")
}

/// A payload, as an index and as a package.
private func readADB(_ bytes: [UInt8]) {
    var builder = UniverseBuilder(architectures: ["x86_64"])
    let start = builder.text.count
    builder.text += bytes
    if (try? builder.readADB(start..<builder.text.count, from: .local)) != nil {
        let universe = builder.finish()
        for package in universe.allPackages {
            let record = universe.record(of: package)
            check(record.name == universe.name(of: package), "the record's name")
            check(record.version == universe.version(of: package), "the record's version")
        }
    }
    if let index = try? ADBIndex(bytes) {
        // Packages may share what they hold, so that reading all of them is not in proportion to the input.
        for number in index.indices.prefix(16) { _ = try? index.package(number).indexRecord?.dependencies }
    }
    guard let package = try? ADBPackage(bytes) else { return }
    var walk = ADBFileWalk(package)
    var count = 0
    while count < 10_000, let file = try? walk.next() {
        count += 1
        check(!file.path.starts(with: "/".utf8) && !file.path.contains(0), "a path below the root")
    }
}

/// A file of apk v3, whose magic need not be found again and again.
private func readADBFile(_ bytes: [UInt8]) {
    for start in ["ADB.pckg", "ADBd", "ADBc\u{1}\u{9}"] { readPackage(Array(start.utf8) + bytes) }
    let archive = IndexArchive(keys: KeyRing(), policy: TrustPolicy(allowUntrusted: true), limits: limits)
    guard let index = try? archive.read(bytes: Array("ADB.indx".utf8) + bytes, name: "input") else { return }
    readADB(index.text)
}

private func readJSON(_ bytes: [UInt8]) {
    guard let value = try? JSON(parsing: bytes) else { return }
    let written = value.pretty
    guard let again = try? JSON(parsing: Array(written.utf8)) else { fatalError("what was written is not read") }
    check(again.pretty == written, "written twice, the same")
}

/// A script is followed in a root where nothing but its package's file is.
private func followScript(_ bytes: [UInt8]) {
    struct Nothing: StagedContents {
        func content(of number: UInt32) throws(RootError) -> [UInt8] { [] }
    }
    let text = Array("C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:a\nV:1\n\n".utf8)
    guard let record = try? IndexReader.records(in: text).first else { fatalError("the package's record") }
    let header = ArchiveEntry(path: Array("usr/bin/a".utf8), kind: .regular, mode: 0o644)
    let package = StagedPackage(
        record: record, scripts: [PackageScript(kind: .postInstall, content: bytes)],
        entries: [StagedEntry(header, content: .staged(0))])
    let changes = RootChanges([.install(package, tag: nil)], world: World(parsing: Array("a".utf8)))
    do throws(RootError) {
        let plan = try RootPlanner.plan(changes, stage: Nothing())
        check(plan.scripts.count == 1, "one account")
        for node in plan.tree.nodes {
            let components = node.path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            let areNames = components.allSatisfy { name in
                !name.isEmpty && name.count <= 255 && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
                    && name.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
            }
            check(areNames && node.path.count < 4096, "the path \(node.path)")
            check(!node.path.starts(with: ".apkresolve".utf8), "nothing in the stage")
            check(node.mode <= 0o7777 && node.user != .max && node.group != .max, "mode and owner")
            guard node.kind == .symbolicLink else { continue }
            check(!node.target.isEmpty && node.target.count < 4096 && !node.target.contains(0), "a target")
        }
        for path in ["lib/apk/db/installed", "lib/apk/db/lock", "etc/apk/world"] {
            check(plan.tree[Array(path.utf8)]?.kind == .regular, path)
        }
    } catch {
        fatalError("\(error)")
    }
}
