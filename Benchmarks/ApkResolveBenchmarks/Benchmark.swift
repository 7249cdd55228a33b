/// Something to measure: set up once, run often.
protocol Benchmark {
    var name: String { get }
    /// Prepares what is not measured, and returns the work to measure. The work returns a number that depends on it, so
    /// that it cannot be left out.
    func setUp() throws -> () throws -> Int
}

/// Runs a benchmark once to warm up and then eleven times, and prints minimum, median and maximum in milliseconds.
func measure(_ benchmark: some Benchmark) throws {
    let work = try benchmark.setUp()
    var result = try work()
    var times: [Double] = []
    for _ in 0..<11 {
        let start = ContinuousClock.now
        result = try work()
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        times.append(Double(seconds) * 1000 + Double(attoseconds) / 1e15)
    }
    times.sort()
    func text(_ time: Double) -> String { "\((time * 1000).rounded() / 1000)" }
    print("\(benchmark.name): min \(text(times[0])) median \(text(times[5])) max \(text(times[10])) ms (\(result))")
}
