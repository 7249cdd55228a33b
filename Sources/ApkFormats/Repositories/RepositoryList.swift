/// The repositories that a root, a file or options name, in the order in which apk reads them.
///
/// ```swift
/// var list = RepositoryList(architecture: "x86_64")
/// list.add(option: "@edge https://example.org/edge/main")
/// list.read(text, from: "etc/apk/repositories")
/// for source in list.sources { print(source.repository, source.tags) }
/// ```
public struct RepositoryList: Sendable {
    /// A repository with everything that chooses it.
    public struct Source: Hashable, Sendable, CustomStringConvertible {
        /// The repository.
        public let repository: Repository
        /// The URL or path of its index.
        public let indexURL: String
        /// The tags in the order of their lines; nil stands for none, that is for every request.
        public fileprivate(set) var tags: [String?]

        /// The repository without its password.
        public var description: String { repository.description }
    }

    /// A line that could not be read.
    public struct Problem: Hashable, Sendable {
        /// The file as it was named to ``RepositoryList/read(_:from:)``; nil for an option.
        public let file: String?
        /// What is wrong, with the line.
        public let error: FormatError
    }

    /// The main architecture, which names the directory of the index.
    public let architecture: String
    /// The repositories in order, each index once.
    public private(set) var sources: [Source] = []
    /// The lines that could not be read. apk uses nothing of a file behind such a line.
    public private(set) var problems: [Problem] = []
    private var variables: [String: String]

    /// apk's limits.
    private static let mostRepositories = 32
    private static let mostTags = 15

    /// An empty list.
    public init(architecture: String) {
        self.architecture = architecture
        variables = ["APK_ARCH": architecture]
    }

    /// All tags in the order of their first mention.
    public var tags: [String] {
        var tags: [String] = []
        for tag in sources.flatMap(\.tags) { if let tag, !tags.contains(tag) { tags.append(tag) } }
        return tags
    }

    /// Adds what an option `-X` names: `[@tag] URL [component…]`. Other than in a file a path may be relative.
    public mutating func add(option text: String) {
        do { try add(RepositoryLine(option: text, variables: variables)) } catch {
            problems.append(Problem(file: nil, error: error))
        }
    }

    /// Adds the repositories of a file. The first line that cannot be read ends it.
    ///
    /// - Parameter file: the file's name, for ``problems``.
    public mutating func read(_ text: [UInt8], from file: String) {
        var number = 0
        for bytes in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
            number += 1
            let line = String(decoding: bytes, as: UTF8.self)
            do {
                try read(line)
            } catch {
                problems.append(Problem(file: file, error: error.at(line: number)))
                return
            }
        }
    }

    private mutating func read(_ line: String) throws(FormatError) {
        guard !line.isEmpty, !line.hasPrefix("#") else { return }
        if let assignment = try RepositoryVariable(line: line, variables: variables) {
            if assignment.isDefault, variables[assignment.name] != nil { return }
            variables[assignment.name] = assignment.value
        } else {
            try add(RepositoryLine(line, variables: variables))
        }
    }

    private mutating func add(_ line: RepositoryLine) throws(FormatError) {
        if let tag = line.tag, tags.count >= Self.mostTags, !tags.contains(tag) {
            throw FormatError(.tooLarge, text: tag, expected: "at most \(Self.mostTags) tags")
        }
        for repository in line.repositories {
            let indexURL = try repository.indexURL(architecture: architecture)
            if let known = sources.firstIndex(where: { $0.indexURL == indexURL }) {
                if !sources[known].tags.contains(line.tag) { sources[known].tags.append(line.tag) }
            } else {
                guard sources.count < Self.mostRepositories else {
                    throw FormatError(
                        .tooLarge, text: repository.description,
                        expected: "at most \(Self.mostRepositories) repositories")
                }
                sources.append(Source(repository: repository, indexURL: indexURL, tags: [line.tag]))
            }
        }
    }

    /// The files of `etc/apk/repositories.d` and `lib/apk/repositories.d` that count, given the names in both: those
    /// that end in `.list` and are not hidden, by name; of two with the same name the one in `etc`.
    public static func configurationFiles(etc: [String], lib: [String]) -> [String] {
        var files: [String: String] = [:]
        for (directory, names) in [("lib/apk/repositories.d/", lib), ("etc/apk/repositories.d/", etc)] {
            for name in names where name.hasSuffix(".list") && !name.hasPrefix(".") { files[name] = directory + name }
        }
        return files.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
    }
}
