internal import ApkArchive
internal import ApkFormats
internal import ApkResolver
internal import ApkRoot
internal import ApkSolver

/// What a run did to a root, for people and as JSON.
struct RootReport {
    private let resolution: Resolution
    private let changes: [Change]
    private let plan: RootPlan?
    private var universe: Universe { resolution.universe }

    /// - Parameter plan: nil where nothing was done.
    init(_ resolution: Resolution, changes: [Change], plan: RootPlan?) {
        self.resolution = resolution
        self.changes = changes
        self.plan = plan
    }

    /// apk's lines for the changes, what became of scripts, and the sum.
    func text(_ console: Console, simulated: Bool) -> DisplayText {
        var transcript = Transcript(universe)
        transcript.changes(changes)
        for notice in plan?.notices ?? [] { transcript.line("  \(NoticeDocument(notice).sentence)") }
        let scripts = plan?.scripts ?? []
        let waiting = scripts.filter { $0.outcome == .needsYou }
        if !waiting.isEmpty {
            transcript.line(
                console.bold(
                    waiting.count == 1
                        ? "1 script was not run and needs a look:"
                        : "\(waiting.count) scripts were not run and need a look:"))
            for script in waiting {
                let detail = script.detail.isEmpty ? "" : ": \(script.detail)"
                transcript.line("  \(script.package).\(script.kind.rawValue)\(detail)")
            }
        }
        let done = scripts.count - waiting.count
        if done > 0 {
            transcript.line("\(done) script\(done == 1 ? "" : "s") done without running, or with nothing to do")
        }
        if changes.isEmpty { transcript.line("Nothing to do.") }
        if simulated, !changes.isEmpty { transcript.line("Nothing was changed (--simulate).") }
        transcript.success(resolution.packages)
        return transcript.text
    }

    var json: JSON {
        let changed = changes.map { change in
            JSON.object([
                ("action", .string(change.kind.rawValue)),
                ("name", .string((change.new ?? change.old).map { universe.name(of: $0) } ?? "")),
                ("version", change.new.map { .string(universe.version(of: $0)) } ?? .null),
                ("oldVersion", change.old.map { .string(universe.version(of: $0)) } ?? .null),
            ])
        }
        let size = resolution.packages.reduce(UInt64(0)) { $0 &+ universe.installedSize(of: $1) }
        return .object([
            ("schema", .integer(1)), ("changes", .array(changed)),
            ("world", .array(resolution.world.map { .string($0.description) })),
            ("scripts", .array((plan?.scripts ?? []).map { ScriptDocument($0).json })),
            ("notices", .array((plan?.notices ?? []).map { NoticeDocument($0).json })),
            (
                "totals",
                .object([
                    ("packages", .integer(resolution.packages.count)), ("installedSize", .integer(Int(clamping: size))),
                ])
            ),
        ])
    }
}

/// What became of a script, as JSON.
struct ScriptDocument {
    private let script: ScriptAccount

    init(_ script: ScriptAccount) { self.script = script }

    var json: JSON {
        .object([
            ("package", .string(script.package)), ("script", .string(script.kind.rawValue)),
            ("outcome", .string(script.outcome.rawValue)), ("detail", .string(script.detail)),
        ])
    }
}

/// A notice in words and as JSON.
struct NoticeDocument {
    private let notice: RootNotice

    init(_ notice: RootNotice) { self.notice = notice }

    var sentence: DisplayText {
        let path = notice.path
        return switch notice.kind {
        case .impliedDirectory: "\(path): made 0755 and root's; \(notice.package) has files in it and no entry for it"
        case .newConfiguration: "Installing file to \(path)"
        case .forcedOverwrite: "\(path): \(notice.package) overwrites the file of \(notice.otherPackage)"
        case .keptConfiguration:
            "\(path): changed since \(notice.package) brought it, and kept; --purge removes such files"
        }
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("kind", .string(notice.kind.rawValue)), ("path", .string(String(decoding: notice.path, as: UTF8.self))),
            ("package", .string(notice.package)),
        ]
        if !notice.otherPackage.isEmpty { members.append(("otherPackage", .string(notice.otherPackage))) }
        return .object(members)
    }
}
