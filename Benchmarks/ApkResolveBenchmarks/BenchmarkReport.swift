import ApkArchive
import ApkFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a ratio is made to.
struct Yardstick {
    var name: String
    var milliseconds: Double
}

/// Results as they come, each with its ratio to the yardstick of the run: inflating the indexes with `gzip`.
struct BenchmarkReport {
    private let isJSON: Bool
    /// The median that ratios are made to; nil until it is known.
    var yardstick: Double?
    private(set) var ratios: [(name: String, ratio: Double)] = []

    init(isJSON: Bool) { self.isJSON = isJSON }

    /// - Parameter other: a yardstick for this result alone, in place of the run's.
    mutating func add(_ measurement: Measurement, _ other: Yardstick? = nil) {
        let ratio = (other?.milliseconds ?? yardstick).map { measurement.median / $0 }
        if let ratio { ratios.append((measurement.name, ratio)) }
        if isJSON {
            let members: [(String, JSON)] = [
                ("name", .string(measurement.name)), ("medianMs", .number(measurement.median)),
                ("spread", .number(measurement.spread)), ("ratio", ratio.map { .number($0) } ?? .null),
                ("peakKiB", measurement.peak.map { .integer($0) } ?? .null),
                ("wallMs", measurement.wall.map { .number($0) } ?? .null),
            ]
            print(JSON.object(members).line)
            return
        }
        func text(_ value: Double) -> String { JSON.number(value).line }
        var line = "\(measurement.name): \(text(measurement.median)) ms cpu, spread \(text(measurement.spread * 100)) %"
        if let wall = measurement.wall { line += ", wall \(text(wall)) ms" }
        if let ratio { line += ", \(text(ratio)) of \(other?.name ?? "the yardstick")" }
        if let peak = measurement.peak { line += ", \(text(Double(peak) / 1024)) MiB" }
        print(line)
    }

    /// Says how a result stands to that of another program.
    func compare(_ measurement: Measurement, with peer: Measurement) {
        guard !isJSON, let wall = measurement.wall, let peerWall = peer.wall else { return }
        let ratios = (cpu: measurement.median / peer.median, wall: wall / peerWall)
        print(
            "\(measurement.name) to \(peer.name): \(JSON.number(ratios.cpu).line) of its cpu, "
                + "\(JSON.number(ratios.wall).line) of its wall time")
    }

    /// Writes the ratios in millionths, by name.
    func save(to path: String) -> Bool {
        let members = ratios.map { ($0.name, JSON.integer(Int(($0.ratio * 1e6).rounded()))) }
        guard let file = fopen(path, "w") else { return false }
        fputs(JSON.object(members).pretty, file)
        return fclose(file) == 0
    }

    /// The ratios that are more than a quarter above saved ones, and above them by more than measuring errors are.
    func regressions(from path: String) throws -> [String] {
        var source = try FileSource(path: path)
        let baseline = try JSON(parsing: try source.readAll(limit: 1 << 20))
        return ratios.compactMap { name, ratio in
            guard let saved = baseline[name]?.integer.map({ Double($0) / 1e6 }), ratio > saved * 1.25,
                ratio - saved > 0.02
            else { return nil }
            return "\(name): \(JSON.number(ratio).line) of the yardstick, was \(JSON.number(saved).line)"
        }
    }
}
