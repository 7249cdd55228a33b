import ApkCommands
import ApkFormats
import ApkSolver
import Foundation

/// A recorded run of apk: what it was given and what it printed (`solver-case-format.md`).
struct SolverCase {
    var arguments: [String] = []
    var repositories: [(tag: String?, file: String)] = []
    var installed: String?
    var world: [String] = []
    var cache: String?
    var expectation: String?
    let directory: URL

    init(_ url: URL) throws {
        directory = url.deletingLastPathComponent()
        // A last line without a line feed does not count, as in the shell that reads these files.
        let lines = try String(contentsOf: url, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false
        ).dropLast()
        for line in lines {
            if expectation != nil {
                expectation? += line + "\n"
            } else if let value = line.value(of: "@ARGS") {
                arguments += value.split(separator: " ").map(String.init)
            } else if let value = line.value(of: "@WORLD") {
                world = value.split(separator: " ").map(String.init)
            } else if let value = line.value(of: "@INSTALLED") {
                installed = String(value)
            } else if let value = line.value(of: "@CACHE") {
                cache = String(value)
            } else if let value = line.value(of: "@REPO") {
                let words = value.split(separator: " ").map(String.init)
                let tag = words.first.flatMap { $0.hasPrefix("@") ? String($0.dropFirst()) : nil }
                repositories.append((tag, words.last ?? ""))
            } else if line == "@EXPECT" {
                expectation = ""
            }
        }
    }

    /// What we print for the case.
    func run() throws -> String {
        let command: ApkCommandLine
        do { command = try ApkCommandLine(arguments) } catch let refusal as ApkCommandLine.Refusal {
            return refusal.text
        }
        let world = try world.map { try Dependency(parsing: $0) }
        var builder = UniverseBuilder(architectures: ["x86_64"])
        builder.mention(world)
        func read(_ file: String, _ origin: UniverseBuilder.Origin) throws {
            let start = builder.text.count
            builder.text += try Data(contentsOf: directory.appendingPathComponent(file))
            try builder.read(start..<builder.text.count, from: origin)
        }
        if let installed { try read(installed, .installedDatabase) }
        if let cache { try read(cache, .cache) }
        for repository in repositories {
            let source = RepositorySource(location: repository.file, isAvailable: command.usesNetwork)
            let (index, isNew) = try builder.addRepository(source, tag: repository.tag)
            if isNew { try read(repository.file, .repository(index)) }
        }
        return try Transcript.simulate(
            command.operation, universe: builder.finish(), world: world, options: command.options
        ).text.shown
    }
}

extension Substring {
    /// The text behind a directive and one space; nil if the line is another.
    fileprivate func value(of directive: String) -> Substring? {
        hasPrefix(directive + " ") ? dropFirst(directive.count + 1) : nil
    }
}
