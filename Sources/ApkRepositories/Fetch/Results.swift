internal import Synchronization

/// The results of work that several threads share, each in its place.
final class Results<Value: Sendable>: Sendable {
    private let slots: Mutex<[Result<Value, RepositoryError>?]>

    init(count: Int) { slots = Mutex(Array(repeating: nil, count: count)) }

    func set(_ number: Int, _ result: Result<Value, RepositoryError>) { slots.withLock { $0[number] = result } }

    /// The result, which must have been set.
    func get(_ number: Int) throws(RepositoryError) -> Value {
        guard let result = slots.withLock({ $0[number] }) else { preconditionFailure("work that was not done") }
        return try result.get()
    }
}
