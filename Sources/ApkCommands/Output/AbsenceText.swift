internal import ApkFormats
internal import ApkResolver
internal import ApkSolver

/// Says why a name is not in an answer, and what it would cost to have it there.
struct AbsenceText {
    private let absence: Absence
    private let universe: Universe

    init(_ absence: Absence, _ universe: Universe) {
        self.absence = absence
        self.universe = universe
    }

    /// The sentences, one a line; details of one are indented.
    var lines: [String] { absence.reasons.flatMap { sentences($0) } + (absence.cost.map { [sentence($0)] } ?? []) }

    private func sentences(_ reason: Absence.Reason) -> [String] {
        switch reason {
        case .unknownName(let similar):
            let hint = similar.isEmpty ? "" : "; similar names: \(similar.joined(separator: ", "))"
            return ["no package has that name or provides it\(hint)"]
        case .passedOver(let package, let edge, let rank):
            let owner = edge.owner.map { universe.name(of: $0) + " asks for" } ?? "the request asks for"
            let chosen = universe.name(of: edge.provider)
            return ["\(owner) `\(edge.requirement)`, and \(chosen) stands for that: \(because(rank, package, chosen))"]
        case .waits(let package, let conditions):
            let names = conditions.map { "`\($0)`" }.joined(separator: " and ")
            return ["\(universe.name(of: package)) comes in by its install_if only, and lacks \(names)"]
        case .notAskedFor(let askers):
            var seen: Set<String> = []
            let names = askers.map { universe.name(of: $0) }.filter { seen.insert($0).inserted }
            guard !names.isEmpty else { return ["nothing in the set asks for it, nor does any other package"] }
            let rest = names.count > 4 ? " and others" : ""
            return ["nothing in the set asks for it; what would: \(names.prefix(4).joined(separator: ", "))\(rest)"]
        case .impossible(let explanation, let suggestions):
            let text = ExplanationText(universe)
            return ["it cannot be in the set, because"] + explanation.facts.map { "  - " + text.sentence($0) }
                + suggestions.map { "try: " + text.sentence($0) }
        }
    }

    private func because(_ rank: Absence.Rank, _ package: PackageID, _ chosen: String) -> String {
        let name = universe.name(of: package)
        return switch rank {
        case .presentAnyway: "\(chosen) is there anyway"
        case .minimum(let objective): "that gives the least \(objective == .packages ? "packages" : objective.rawValue)"
        case .withoutPriority: "\(name) provides it without a version or priority, so it must be named itself"
        case .version: "it offers the higher version"
        case .priority(let ours, let theirs): "its provider_priority is \(ours), that of \(name) is \(theirs)"
        case .installed: "it is installed already"
        case .order: "both are as good, and it stands first in the repositories"
        }
    }

    private func sentence(_ cost: Absence.Cost) -> String {
        let size = cost.installedDifference
        let bytes = size < 0 ? "\(humanSize(-size)) less" : "\(humanSize(size)) more"
        let removed = cost.removed.isEmpty ? "" : " and take away \(list(cost.removed))"
        let added = cost.added.isEmpty ? "add nothing" : "add \(list(cost.added))"
        return "asked for, it would \(added)\(removed): \(bytes) installed"
    }

    private func list(_ packages: [PackageID]) -> String {
        let names = packages.prefix(6).map { universe.name(of: $0) }.joined(separator: ", ")
        let rest = packages.count > 6 ? " and \(packages.count - 6) more" : ""
        return packages.count == 1 ? names : "\(packages.count) packages (\(names)\(rest))"
    }

    var costJSON: JSON {
        guard let cost = absence.cost else { return .null }
        func labels(_ packages: [PackageID]) -> JSON { .array(packages.map { .string(universe.label(of: $0)) }) }
        return .object([
            ("added", labels(cost.added)), ("removed", labels(cost.removed)),
            ("installedSize", .integer(cost.installedDifference)), ("downloadSize", .integer(cost.downloadDifference)),
        ])
    }

    /// The reasons as JSON: their kind and sentence, and the facts of a contradiction.
    var json: JSON {
        .array(
            absence.reasons.map { reason in
                var members: [(String, JSON)] = [
                    ("kind", .string(kind(reason))), ("text", .string(sentences(reason).first ?? "")),
                ]
                if case .impossible(let explanation, _) = reason {
                    let text = ExplanationText(universe)
                    members.append(
                        ("facts", .array(explanation.facts.map { FactDocument($0, universe).json(text.sentence($0)) })))
                }
                return .object(members)
            })
    }

    private func kind(_ reason: Absence.Reason) -> String {
        switch reason {
        case .unknownName: "unknownName"
        case .passedOver: "passedOver"
        case .waits: "installIf"
        case .notAskedFor: "notAskedFor"
        case .impossible: "impossible"
        }
    }
}
