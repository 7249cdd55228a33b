/// A whole process, ours or a peer's, from its start to its exit.
struct CommandBenchmark {
    let name: String
    let arguments: [String]

    /// - Returns: nil where the program is not there, or fails.
    func measure(repetitions: Int) -> Measurement? {
        guard let warmUp = CommandRun(arguments), warmUp.status == 0 else { return nil }
        let runs = (0..<repetitions).compactMap { _ in CommandRun(arguments) }
        guard runs.count == repetitions else { return nil }
        return Measurement(
            name: name, times: runs.map(\.milliseconds).sorted(), result: 0, peak: runs.map(\.peak).max())
    }

    /// Resolving `nodejs` cold and warm, the process alone, and what inflating the same indexes costs `gzip`.
    ///
    /// - Parameters:
    ///   - program: the command.
    ///   - cache: an empty directory for its cache.
    static func resolving(
        _ program: String, repositories: [String], keys: String, architecture: String, cache: String
    ) -> [CommandBenchmark] {
        let indexes = repositories.map { "\($0)/\(architecture)/APKINDEX.tar.gz" }
        let options =
            repositories.flatMap { ["-X", $0] } + ["--arch", architecture, "--keys-dir", keys]
        return [
            CommandBenchmark(name: "process start", arguments: [program, "--version"]),
            CommandBenchmark(name: "gzip -dc of the indexes", arguments: ["gzip", "-dc"] + indexes),
            CommandBenchmark(
                name: "cold resolve nodejs", arguments: [program, "nodejs", "--closure", "--no-cache"] + options),
            CommandBenchmark(
                name: "warm resolve nodejs",
                arguments: [program, "nodejs", "--closure", "--cache-dir", cache] + options),
            CommandBenchmark(
                name: "apk resolve nodejs",
                arguments: ["apk", "add", "--simulate", "--root", cache, "--initdb", "--allow-untrusted", "nodejs"]
                    + repositories.flatMap { ["-X", $0] } + ["--arch", architecture]),
        ]
    }
}
