import Foundation

/// The reference material that stands beside the checkout and is never part of it.
///
/// Its place comes from the environment variable `APKRESOLVE_SHARED`; without it, `../shared` beside the checkout.
/// Tests that need it are enabled by ``isAvailable`` and are reported as skipped where it is absent.
public enum SharedFiles {
    public static let directory: String = {
        if let place = ProcessInfo.processInfo.environment["APKRESOLVE_SHARED"] { return place }
        let checkout = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return checkout.deletingLastPathComponent().appendingPathComponent("shared").path
    }()

    public static let isAvailable = FileManager.default.fileExists(atPath: directory + "/corpus")

    /// The full path of a file below the shared directory.
    public static func path(_ relative: String) -> String { directory + "/" + relative }

    /// All files below a directory of the shared directory whose names end so, sorted; empty where it is absent.
    public static func files(below relative: String, suffix: String) -> [String] {
        let root = path(relative)
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
        return walk.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.map { root + "/" + $0 }.sorted()
    }

    /// The content of a file.
    public static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
