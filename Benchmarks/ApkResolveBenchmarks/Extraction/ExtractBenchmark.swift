import ApkArchive
import Foundation

/// Turns packages into a root, as whole processes: `extract`, and `install` where there is an index too. Beside them, with
/// the same packages, what the figures are to be compared with: zlib and SHA-256 of the data segments alone, `cp -r` of
/// the tree, `tar xzf` of the data segments, and apk where it is on the path.
///
/// The yardstick is zlib + SHA-256 + `cp -r`: to inflate and check the bytes and to write the files. It lacks the SHA-1 of
/// each file; what nobody can do without is measured too, by a bare loop (``Unpacking``). Each repetition has a root of its own, in memory where the system has such a place; making room again is not
/// measured.
///
/// System calls are counted by
///
///     strace -f -c apkresolve extract DIR/*.apk --root NEW --keys-dir KEYS
///
/// and their sum, without those of the start (`apkresolve --version`), is to be divided by the number of files it tells.
struct ExtractBenchmark {
    /// What the packages are called in the results.
    let label: String
    let packages: [String]
    let keys: String
    /// A repository that has the packages, and their names there.
    var repository: (path: String, names: [String])?
    /// The command that is measured.
    let program: String

    /// The packages that lie beside an index; nil where there are none.
    init?(repository: String, architecture: String, keys: String, program: String) {
        let directory = "\(repository)/\(architecture)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        packages = names.filter { $0.hasSuffix(".apk") }.sorted().map { "\(directory)/\($0)" }
        guard !packages.isEmpty else { return nil }
        label = "\(packages.count) packages"
        self.keys = keys
        self.program = program
    }

    init(_ made: MadePackages, program: String) {
        label = "\(made.names.count) made packages"
        packages = made.names.map { "\(made.repository)/x86_64/\($0)-1.0-r0.apk" }
        keys = made.keys
        repository = (made.repository, made.names)
        self.program = program
    }

    /// A directory for what is made while measuring: in memory, if it can be.
    static var place: String {
        let memory = "/dev/shm"
        return (FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory())
            + "/apkresolve-benchmark-\(getpid())"
    }

    func run(_ report: inout BenchmarkReport, repetitions: Int) throws {
        let place = Self.place + "/\(packages.count)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let members = try splitMembers(to: place + "/members.tar.gz")
        let inflating = try measure(
            Inflating(name: "\(label): zlib and SHA-256", members: members), repetitions: repetitions)
        // Files that two packages have, or long names, are more than a bare loop knows.
        let unpacking = try repository.map { _ in
            try Unpacking(name: "\(label): bare loop", members: members, place: place).measure(repetitions: repetitions)
        }

        let extract = [program, "extract"] + packages + ["--keys-dir", keys, "--root"]
        let tree = place + "/tree"
        guard CommandRun(extract + [tree])?.status == 0 else {
            print("\(label): not measured, \(program) is not there or fails")
            return
        }
        func command(_ name: String, _ arguments: [String], makesDirectory: Bool = false) -> Measurement? {
            FreshRoots(place: place, makesDirectory: makesDirectory).measure(
                "\(label): \(name)", arguments, repetitions: repetitions)
        }
        let copying = command("cp -r of the tree", ["cp", "-r", tree])
        let yardstick = copying.map {
            Yardstick(name: "zlib + SHA-256 + cp -r", milliseconds: inflating.median + $0.median)
        }
        let extracting = command("extract", extract)
        var results = [inflating, copying, unpacking, extracting]
        if let repository {
            let options = [
                "-X", repository.path, "--arch", "x86_64", "--keys-dir", keys, "--no-cache", "--no-scripts", "--root",
            ]
            results.append(command("install", [program, "install"] + repository.names + options))
        }
        results.append(
            command(
                "tar xzf", ["tar", "xzf", members.path, "-i", "--warning=no-unknown-keyword", "-C"],
                makesDirectory: true))
        for result in results { if let result { report.add(result, yardstick) } }
        if let repository {
            let apk = command(
                "apk add",
                [
                    "apk", "add", "--quiet", "--initdb", "--no-scripts", "--no-cache", "--arch", "x86_64",
                    "--keys-dir", keys, "-X", repository.path,
                ] + repository.names + ["--root"])
            if let apk { report.add(apk, yardstick) }
            if let apk, let extracting { report.compare(extracting, with: apk) }
        }
    }

    /// Writes the data segments one after another into a file, which is a gzip file of many members.
    ///
    private func splitMembers(to path: String) throws -> GzipMembers {
        let verifier = PackageVerifier(keys: try KeyRing(directory: keys))
        var bytes = Data()
        var ends: [Int] = []
        for package in packages {
            guard let segments = try verifier.verify(path: package).segments,
                let content = FileManager.default.contents(atPath: package)
            else { throw CocoaError(.fileReadCorruptFile) }
            bytes += content[segments.data]
            ends.append(bytes.count)
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        return GzipMembers(path: path, ends: ends)
    }
}

/// A command whose last argument is a directory that is not there yet, or is empty.
private struct FreshRoots {
    let place: String
    let makesDirectory: Bool

    func measure(_ name: String, _ arguments: [String], repetitions: Int) -> Measurement? {
        var runs: [CommandRun] = []
        for number in 0...repetitions {
            // A name of its own: removing the one before would take its time somewhere.
            let root = "\(place)/root-\(number)"
            defer { try? FileManager.default.removeItem(atPath: root) }
            if makesDirectory {
                try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
            }
            guard let run = CommandRun(arguments + [root]), run.status == 0 else { return nil }
            // The first one warms up.
            if number > 0 { runs.append(run) }
        }
        return Measurement(
            name: name, times: runs.map(\.milliseconds).sorted(), result: 0, peak: runs.map(\.peak).max(),
            wall: runs.map(\.wall).sorted()[runs.count / 2])
    }
}
