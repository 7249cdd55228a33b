import ApkArchive
import ApkFormats
import ApkRoot
import CZlib
import Foundation

/// Turns a directory of packages into a root, and beside it does with the same data segments what the figure is to be
/// compared with: `tar xzf` one after another, zlib and SHA-256 alone, and `cp -r` of the tree.
///
/// Figures are processor time, user and system, of this process and its children; the median of the runs.
struct ExtractBenchmark {
    private let packages: [String]
    private let keys: [String]
    private let runs = 5
    /// Where roots are made: in memory where the system has such a place.
    private let place: String

    /// - Parameters:
    ///   - directory: a directory of `.apk` files.
    ///   - keys: directories of the keys that signed them.
    init?(directory: String, keys: [String]) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        packages = names.filter { $0.hasSuffix(".apk") }.sorted().map { "\(directory)/\($0)" }
        self.keys = keys
        guard !packages.isEmpty else { return nil }
        let memory = "/dev/shm"
        place =
            (FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory())
            + "/apkresolve-benchmark-\(getpid())"
    }

    func report() throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let members = try splitMembers()
        let inflate = try median { try inflateAll(members) }
        let ours = try median(clearing: "root") { try extract() }
        let tree = place + "/root"
        let copy = try median(clearing: "copy") { try run("cp", "-r", tree, place + "/copy") }
        let tar = try median(clearing: "tar") { try untar(members) }
        func text(_ figure: Figure) -> String {
            "cpu \(rounded(figure.processor)) ms, wall \(rounded(figure.wall)) ms"
        }
        print("extract \(packages.count) packages, verified, with database: \(text(ours))")
        print("  zlib and SHA-256 of the data segments: \(text(inflate))")
        print("  cp -r of the tree: \(text(copy))")
        print("  tar xzf of the data segments: \(text(tar))")
        let bound = inflate.processor + copy.processor
        print("  ratio to zlib + SHA-256 + cp -r: cpu \(rounded(ours.processor / bound))")
        // No ratio of wall times: starting a process for each package takes longer than what it does.
        print("  ratio to tar xzf: cpu \(rounded(ours.processor / tar.processor))")
    }

    private struct Figure {
        var processor: Double
        var wall: Double
    }

    /// Runs the work, first once to warm up, each time from nothing.
    private func median(clearing name: String? = nil, _ work: () throws -> Void) throws -> Figure {
        var figures: [Figure] = []
        for number in 0...runs {
            if let name { try? FileManager.default.removeItem(atPath: "\(place)/\(name)") }
            let processor = processorTime()
            let start = ContinuousClock.now
            try work()
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            let wall = Double(seconds) * 1000 + Double(attoseconds) / 1e15
            if number > 0 { figures.append(Figure(processor: processorTime() - processor, wall: wall)) }
        }
        let processors = figures.map(\.processor).sorted()
        let walls = figures.map(\.wall).sorted()
        return Figure(processor: processors[runs / 2], wall: walls[runs / 2])
    }

    /// User and system time of this process and of the children that it waited for, in milliseconds.
    private func processorTime() -> Double {
        var total = 0.0
        // RUSAGE_SELF and RUSAGE_CHILDREN, which some modules give as another type than the function takes.
        for who in [0, -1] as [Int32] {
            var usage = rusage()
            getrusage(who, &usage)
            for time in [usage.ru_utime, usage.ru_stime] {
                total += Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000
            }
        }
        return total
    }

    /// Writes the data segments to files of their own.
    private func splitMembers() throws -> [String] {
        let verifier = try verifier()
        return try packages.enumerated().map { number, path in
            let package = try verifier.verify(path: path)
            guard let segments = package.segments, let bytes = FileManager.default.contents(atPath: path) else {
                throw CocoaError(.fileReadCorruptFile)
            }
            let member = "\(place)/\(number).tar.gz"
            try bytes[segments.data].write(to: URL(fileURLWithPath: member))
            return member
        }
    }

    private func verifier() throws -> PackageVerifier {
        var ring = KeyRing()
        for directory in keys { try ring.add(directory: directory) }
        return PackageVerifier(keys: ring)
    }

    private func extract() throws {
        let path = place + "/root"
        let root = try StagingRoot(path: path, creates: true)
        let verifier = try verifier()
        let packages = packages
        let sizes = try packages.map { try OpenFile(path: $0).size() }
        let staged = try PackageStaging(stage: root.stage).run(sizes: sizes) { try verifier.verify(path: packages[$0]) }
        let changes = RootChanges(staged.map { .install($0, tag: nil) }, world: World())
        try root.commit(root.plan(changes))
        try root.close()
    }

    private func inflateAll(_ members: [String]) throws {
        var output = [UInt8](repeating: 0, count: 128 * 1024)
        for member in members {
            guard let data = FileManager.default.contents(atPath: member) else { continue }
            var bytes = [UInt8](data)
            _ = try Digest.of(bytes, .sha256)
            bytes.withUnsafeMutableBufferPointer { input in
                var stream = z_stream()
                inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                var status = Z_OK
                while status == Z_OK {
                    output.withUnsafeMutableBufferPointer { room in
                        stream.next_out = room.baseAddress
                        stream.avail_out = UInt32(room.count)
                        status = inflate(&stream, Z_NO_FLUSH)
                    }
                }
                inflateEnd(&stream)
            }
        }
    }

    private func untar(_ members: [String]) throws {
        let path = place + "/tar"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for member in members {
            try run("tar", "xzf", member, "-C", path, "--warning=no-unknown-keyword")
        }
    }

    private func run(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        try process.run()
        process.waitUntilExit()
    }

    private func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}
