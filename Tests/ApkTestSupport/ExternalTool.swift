import Foundation

/// A program of the system that a test compares with, if it is installed.
public struct ExternalTool: Sendable {
    public let path: String

    /// A program by its place.
    public init(path: String) { self.path = path }

    /// nil where no directory of `PATH` has it.
    public init?(_ name: String) {
        let search = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
        for directory in search.components(separatedBy: ":") {
            let path = "\(directory)/\(name)"
            guard FileManager.default.isExecutableFile(atPath: path) else { continue }
            self.path = path
            return
        }
        return nil
    }

    /// Whether the system has it.
    public static func isInstalled(_ name: String) -> Bool { ExternalTool(name) != nil }

    /// What a run printed, and its exit status.
    public struct Outcome: Sendable {
        public var status: Int32
        public var output: String
        public var errors: String
    }

    /// Runs the program to its end.
    public func run(_ arguments: [String], directory: String? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        // Files rather than pipes, which a program that prints much would fill.
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("tool-\(UUID().uuidString)")
        let (out, err) = (base.appendingPathExtension("out"), base.appendingPathExtension("err"))
        for url in [out, err] { try Data().write(to: url) }
        defer { for url in [out, err] { try? FileManager.default.removeItem(at: url) } }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
    }
}
