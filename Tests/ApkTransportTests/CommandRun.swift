import Foundation

/// The built command, run as a process of its own.
enum CommandRun {
    /// The program beside the tests, or where `APKRESOLVE_PROGRAM` says.
    static let program: String = {
        if let place = ProcessInfo.processInfo.environment["APKRESOLVE_PROGRAM"] { return place }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("apkresolve").path
    }()

    /// Whether both programs are there; `swift build` makes them.
    static let isBuilt =
        FileManager.default.isExecutableFile(atPath: program)
        && FileManager.default.isExecutableFile(atPath: program + "-transport")

    /// A program of the system, if it is installed.
    static func tool(_ name: String) -> String? {
        ["/usr/sbin/", "/usr/bin/", "/bin/", "/sbin/"].map { $0 + name }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// A process that is ready to start, with its output in files: pipes that nobody reads would stop it.
    final class Job {
        let process = Process()
        private let directory = FixtureMirror.scratch()

        init(_ words: [String], environment: [String: String] = [:]) throws {
            process.executableURL = URL(fileURLWithPath: words[0])
            process.arguments = Array(words.dropFirst())
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
            for name in ["output", "errors"] {
                _ = FileManager.default.createFile(atPath: directory + "/" + name, contents: nil)
            }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: directory + "/output"))
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: directory + "/errors"))
        }

        deinit { try? FileManager.default.removeItem(atPath: directory) }

        /// Ends a server, whether it listens to polite words or not.
        func stop() {
            guard process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }

        func finish() -> Outcome {
            process.waitUntilExit()
            func text(_ name: String) -> String {
                String(decoding: FileManager.default.contents(atPath: directory + "/" + name) ?? Data(), as: UTF8.self)
            }
            return Outcome(status: process.terminationStatus, output: text("output"), errors: text("errors"))
        }
    }

    static func run(_ words: [String], environment: [String: String] = [:]) throws -> Outcome {
        let job = try Job(words, environment: environment)
        try job.process.run()
        return job.finish()
    }
}
