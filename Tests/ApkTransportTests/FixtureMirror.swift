import ApkArchive
import ApkFormats
import ApkRepositories
import ApkSolver
import ApkTestSupport
import ApkTransport
import Foundation

/// The checkout's small signed repository, over HTTP.
enum FixtureMirror {
    static let checkout = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let repository = checkout.appendingPathComponent("Fixtures/repository").path
    static let keys = checkout.appendingPathComponent("Fixtures/keys").path
    static let indexPath = "/x86_64/APKINDEX.tar.gz"

    /// A file of the repository; nil where there is none.
    static func content(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: repository + path.removingPercentEncoding!).map { [UInt8]($0) }
    }

    /// What a good mirror answers.
    static func good(_ request: MisbehavingServer.Request) -> MisbehavingServer.Reply {
        content(request.path).map { .file($0, for: request) } ?? .status(404)
    }

    /// A server that is good but for what `answer` gives.
    static func server(
        _ answer: @escaping @Sendable (MisbehavingServer.Request) -> MisbehavingServer.Reply? = { _ in nil }
    ) throws -> MisbehavingServer {
        try MisbehavingServer { answer($0) ?? good($0) }
    }

    /// Options for a mirror, impatient ones, whose waiting takes no time but is noted.
    static func options(_ url: String, cache: String, slept: Slept = Slept()) -> RepositoryOptions {
        var options = RepositoryOptions()
        options.repositories = [url]
        options.keyDirectories = [keys]
        options.architecture = "x86_64"
        options.remote.cache = Cache(directory: cache)
        options.remote.transport = URLSessionTransport(environment: [:])
        options.remote.maximumIndexAge = 0
        options.remote.policy.attempts = 3
        options.remote.policy.stallTimeout = 10
        options.remote.policy.seed = 1
        options.remote.policy.sleep = { slept.note($0) }
        return options
    }

    /// The number of files that are not what their names say, or that nobody finished.
    static func poison(in cache: String) -> [String] { Cache(directory: cache).verify().dropped }

    /// The transfers that failed and that nobody can continue.
    static func leftovers(in cache: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: cache + "/v1/partial")) ?? []
        return names.filter { $0.hasSuffix(".part") && !names.contains($0 + ".from") }
    }

    /// A new directory, which the caller removes.
    static func scratch() -> String {
        let path = NSTemporaryDirectory() + "apkresolve-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}

/// The seconds that were waited for.
final class Slept: Sendable {
    private let seconds = Locked<[Double]>([])
    func note(_ count: Double) { seconds.withLock { $0.append(count) } }
    var all: [Double] { seconds.withLock { $0 } }
}
