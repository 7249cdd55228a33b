internal import Synchronization

/// A value that is made when somebody first asks for it; who asks meanwhile waits.
package final class Lazy<Value: Sendable>: Sendable {
    private let made = Mutex<Value?>(nil)

    package init() {}

    package func value(_ make: () -> Value) -> Value {
        made.withLock { made in
            if let made { return made }
            let value = make()
            made = value
            return value
        }
    }
}
