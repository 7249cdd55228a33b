/// A value that threads share, and only one of them at a time may touch.
///
/// The standard library's `Mutex` is the same, but the thread sanitizer does not see that it locks.
///
/// - Note: `@unchecked`: the value is only touched while `lock` is held.
package final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = ThreadLock()
    private var value: Value

    package init(_ value: Value) { self.value = value }

    /// Runs `body`, which may change the value, while no other thread is inside.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try lock.locked { () throws(Failure) in try body(&value) }
    }
}
