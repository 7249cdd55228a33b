internal import ApkFormats

/// What an image runs, and what it is made of.
public struct ImageConfiguration: Hashable, Sendable {
    public var platform: Platform
    /// In seconds since 1970.
    public var created: Int
    public var execution: ExecutionSettings
    /// The SHA-256 of each layer's inflated bytes, lowest first.
    public var diffIDs: [BlobDigest]
    /// One step for each layer.
    public var history: [HistoryStep]

    /// How a layer came to be.
    public struct HistoryStep: Hashable, Sendable {
        public var createdBy: String
        public var comment: String

        public init(createdBy: String, comment: String = "") {
            self.createdBy = createdBy
            self.comment = comment
        }
    }

    public init(
        platform: Platform, created: Int, execution: ExecutionSettings, diffIDs: [BlobDigest], history: [HistoryStep]
    ) {
        self.platform = platform
        self.created = created
        self.execution = execution
        self.diffIDs = diffIDs
        self.history = history
    }

    var json: JSON {
        let time = JSON.string(Timestamp.text(created))
        let steps = history.map { step in
            var members: [(String, JSON)] = [("created", time), ("created_by", .string(step.createdBy))]
            if !step.comment.isEmpty { members.append(("comment", .string(step.comment))) }
            return JSON.object(members)
        }
        return .object(
            [("created", time)] + platform.members + [
                ("config", execution.json),
                (
                    "rootfs",
                    .object([
                        ("type", .string("layers")),
                        ("diff_ids", .array(diffIDs.map { .string($0.description) })),
                    ])
                ),
                ("history", .array(steps)),
            ])
    }
}

/// What a container of an image runs, and as whom.
public struct ExecutionSettings: Hashable, Sendable {
    /// The program and its first arguments; empty for none.
    public var entrypoint: [String] = []
    /// Arguments that the user of the image may replace; the whole command line where there is no entrypoint.
    public var command: [String] = []
    /// `KEY=VALUE`, in order.
    public var environment: [String] = []
    /// `user`, `uid`, `user:group` or `uid:gid`; empty for root.
    public var user = ""
    /// An absolute path; empty for `/`.
    public var workingDirectory = ""
    public var labels = Annotations()
    /// `PORT/tcp` or `PORT/udp`.
    public var exposedPorts: [String] = []
    /// Absolute paths for which a container gets storage of its own.
    public var volumes: [String] = []
    /// Such as `SIGTERM`; empty for the runtime's own choice.
    public var stopSignal = ""

    public init() {}

    /// Where programs are looked up in an image that does not say.
    public static let defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    var json: JSON {
        func set(_ names: [String]) -> JSON { .object(Set(names).sorted().map { ($0, .object([])) }) }
        func list(_ words: [String]) -> JSON { .array(words.map { .string($0) }) }
        var members: [(String, JSON)] = []
        if !user.isEmpty { members.append(("User", .string(user))) }
        if !exposedPorts.isEmpty { members.append(("ExposedPorts", set(exposedPorts))) }
        if !environment.isEmpty { members.append(("Env", list(environment))) }
        if !entrypoint.isEmpty { members.append(("Entrypoint", list(entrypoint))) }
        if !command.isEmpty { members.append(("Cmd", list(command))) }
        if !volumes.isEmpty { members.append(("Volumes", set(volumes))) }
        if !workingDirectory.isEmpty { members.append(("WorkingDir", .string(workingDirectory))) }
        if !labels.values.isEmpty { members.append(("Labels", labels.json)) }
        if !stopSignal.isEmpty { members.append(("StopSignal", .string(stopSignal))) }
        return .object(members)
    }
}
