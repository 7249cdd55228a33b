import Foundation

/// Where the reference material lies that stands beside the checkout and is no part of the project.
enum SharedFiles {
    /// The directory named by `APKRESOLVE_SHARED`, else `../shared` beside the checkout.
    static let directory = path(of: "APKRESOLVE_SHARED", default: "")

    /// The file or directory that an environment variable names, else one below ``directory``'s default place.
    static func path(of variable: String, default relativePath: String) -> URL {
        if let path = ProcessInfo.processInfo.environment[variable] { return URL(fileURLWithPath: path) }
        var checkout = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { checkout.deleteLastPathComponent() }
        let shared = checkout.deletingLastPathComponent().appendingPathComponent("shared")
        return relativePath.isEmpty ? shared : shared.appendingPathComponent(relativePath)
    }

    static func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

    /// The bytes of a file.
    static func bytes(_ url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }

    /// All files below `directory` whose last path component fulfils the condition, sorted by path.
    static func files(below directory: URL, where isWanted: (String) -> Bool) -> [URL] {
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
        var found: [URL] = []
        while let url = files?.nextObject() as? URL { if isWanted(url.lastPathComponent) { found.append(url) } }
        return found.sorted { $0.path < $1.path }
    }
}
