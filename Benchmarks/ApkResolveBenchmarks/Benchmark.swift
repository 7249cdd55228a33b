/// Something to measure: set up once, run often.
protocol Benchmark {
    var name: String { get }
    /// Prepares what is not measured, and returns the work to measure. The work returns a number that depends on it, so
    /// that it cannot be left out.
    func setUp() throws -> () throws -> Int
}

/// What a benchmark showed: processor time of this process, which other work on the machine disturbs least.
struct Measurement {
    var name: String
    /// Milliseconds, sorted.
    var times: [Double]
    /// A number that the work returned.
    var result: Int
    /// The most memory that the process held, in KiB; nil where it was not measured.
    var peak: Int?
    /// The median of the times from start to end in milliseconds; nil where it was not measured.
    var wall: Double?

    var median: Double { times[times.count / 2] }
    /// The distance from the first to the third quartile, as a part of the median.
    var spread: Double {
        median > 0 ? (times[times.count * 3 / 4] - times[times.count / 4]) / median : 0
    }
}

/// Runs a benchmark once to warm up, then again and again.
func measure(_ benchmark: any Benchmark, repetitions: Int) throws -> Measurement {
    let work = try benchmark.setUp()
    var result = try work()
    var times: [Double] = []
    for _ in 0..<repetitions {
        let start = processorMilliseconds()
        result = try work()
        times.append(processorMilliseconds() - start)
    }
    return Measurement(name: benchmark.name, times: times.sorted(), result: result)
}
