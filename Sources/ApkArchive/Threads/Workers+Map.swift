// MARK: - Work with results

extension Workers {
    /// What `body` makes of each number below `count`, in the order of the numbers, found by up to `threads` threads.
    ///
    /// - Parameter sizes: how much work each number is, so that the largest begins first; nil for ascending numbers.
    /// - Throws: of several failures that of the smallest number, so that the error does not depend on who was faster.
    package static func map<Value: Sendable, Failure: Error>(
        count: Int, threads: Int, sizes: [Int]? = nil, _ body: @escaping @Sendable (Int) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        let order = sizes.map { sizes in
            sizes.indices.sorted { sizes[$0] == sizes[$1] ? $0 < $1 : sizes[$0] > sizes[$1] }
        }
        let results = Results<Value, Failure>(count: count)
        run(count: count, threads: threads) { turn in
            let number = order?[turn] ?? turn
            // What stands behind a failure does not matter any more; what stands before it could fail and count.
            guard results.isWanted(number) else { return }
            do throws(Failure) { results.set(number, .success(try body(number))) } catch {
                results.set(number, .failure(error))
            }
        }
        return try results.values()
    }
}
