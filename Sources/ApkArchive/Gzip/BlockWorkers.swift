import CZlib

/// Compresses blocks on several threads and gives the results back in the order of the blocks.
final class BlockWorkers {
    struct Block: Sendable {
        var input: [UInt8] = []
        /// The bytes in front of the block; matches may reach into them.
        var dictionary: [UInt8] = []
        var isLast = false
    }

    struct Result: Sendable {
        var output: [UInt8]
        var checksum: uLong
        var inputCount: Int
    }

    /// How far back deflate looks, in bytes.
    static let windowSize = 32 * 1024

    private let level: Int32
    private let threadCount: Int
    private let queue = BlockQueue()
    private var threads: [WorkerThread] = []
    /// The next number to give to a block, and the number of the next result to hand out.
    private var submitted = 0
    private var returned = 0
    /// For the work that the caller's own thread does.
    private var ownCompressor: BlockCompressor?

    init(level: Int32, threads: Int) {
        self.level = level
        threadCount = threads
    }

    /// Ends the threads; blocks that nobody waits for any more are dropped.
    deinit {
        queue.close()
        for thread in threads { thread.join() }
    }

    /// Whether so many blocks are under way that a result has to be taken before the next is submitted.
    var isFull: Bool { submitted - returned >= (threads.isEmpty ? 1 : 2 * threads.count) }

    func submit(_ block: Block) {
        if threadCount > 1 && threads.count < threadCount { startThread() }
        if threads.isEmpty {
            let compressor = ownCompressor ?? BlockCompressor(level: level)
            ownCompressor = compressor
            queue.add(compressor.compress(block), number: submitted)
        } else {
            queue.add(block, number: submitted)
        }
        submitted += 1
    }

    /// The next result, waiting for it where it is not ready; nil when all have been handed out.
    func next() -> Result? {
        guard returned < submitted else { return nil }
        defer { returned += 1 }
        return queue.result(number: returned)
    }

    private func startThread() {
        let (queue, level) = (queue, level)
        let thread = WorkerThread {
            let compressor = BlockCompressor(level: level)
            while let (number, block) = queue.nextBlock() { queue.add(compressor.compress(block), number: number) }
        }
        if let thread { threads.append(thread) }
    }
}

/// What the threads share.
private final class BlockQueue: Sendable {
    private struct State {
        var waiting: [(number: Int, block: BlockWorkers.Block)] = []
        var done: [Int: BlockWorkers.Result] = [:]
        var isClosed = false
    }

    private let state = Locked(State())

    func close() { state.withLock { $0.isClosed = true } }

    func add(_ block: BlockWorkers.Block, number: Int) { state.withLock { $0.waiting.append((number, block)) } }

    func add(_ result: BlockWorkers.Result, number: Int) { state.withLock { $0.done[number] = result } }

    /// Waits for a block to compress; nil when the queue was closed.
    func nextBlock() -> (number: Int, block: BlockWorkers.Block)? {
        state.wait { state in
            if state.isClosed { return .some(nil) }
            return state.waiting.isEmpty ? nil : .some(state.waiting.removeFirst())
        }
    }

    func result(number: Int) -> BlockWorkers.Result { state.wait { $0.done.removeValue(forKey: number) } }
}
