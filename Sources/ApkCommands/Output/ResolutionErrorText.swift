internal import ApkFormats
internal import ApkResolver
internal import ApkSolver

/// Says in words why requests have no answer.
struct ResolutionErrorText: FailureText {
    private let error: ResolutionError

    init(_ error: ResolutionError) { self.error = error }

    /// The exit status that belongs to the failure.
    var status: Int32 { error.code == .invalidRequest ? 2 : 1 }

    /// One sentence.
    var summary: DisplayText {
        switch error.code {
        case .invalidRequest:
            return "`\(error.detail)` is no request; the form is [!]name[@tag][{=,<,>,<=,>=,~}version]"
        case .unknownTag: return "`\(error.detail)`: no repository has this tag; name one with `-X '@tag DIR'`"
        case .notInstalled: return "`\(error.detail)` is not installed"
        case .stepBudget: return "gave up after \(error.detail) steps; `--step-budget` allows more"
        default:
            let requests = error.requests.map { "`\($0)`" }.joined(separator: ", ")
            return error.explanation == nil
                ? "apk finds no set of packages for \(requests)" : "no set of packages meets \(requests)"
        }
    }

    /// What apk itself says where it does not even come to solving.
    var apkMessage: DisplayText {
        switch error.code {
        case .invalidRequest:
            "ERROR: '\(error.detail)' is not a valid world dependency, format is name(@tag)([<>~=]version)"
        case .unknownTag:
            """
            WARNING: The repository tag for world dependency '\(error.detail)' does not exist
            ERROR: Not committing changes due to missing repository tags. Use --force-broken-world to override.
            """
        default: "ERROR: \(summary)"
        }
    }

    /// The summary, the facts and what to do.
    func message(_ console: Console) -> DisplayText {
        var lines = [summary]
        if let universe = error.universe {
            let text = ExplanationText(universe)
            let facts = error.explanation?.facts ?? []
            if !facts.isEmpty {
                lines.append(error.explanation?.isMinimal ?? true ? "because" : "because (not all of it may be needed)")
                lines += facts.map { "  - \(text.sentence($0))" }
            }
            lines += error.suggestions.map { "\(console.bold("try:")) \(text.sentence($0))" }
        }
        return lines.joined(separator: "\n")
    }

    /// The failure as a JSON value.
    var json: JSON {
        var members: [(String, JSON)] = [("code", .string(error.code.rawValue)), ("message", .string(summary.shown))]
        guard let universe = error.universe else { return .object(members) }
        let text = ExplanationText(universe)
        let facts = error.explanation?.facts ?? []
        members.append(("conflict", .array(facts.map { FactDocument($0, universe).json(text.sentence($0)) })))
        let suggestions = error.suggestions.map { suggestion in
            JSON.object([
                ("requests", .array(suggestion.requests.map { .string($0) })),
                ("explanation", .string(text.sentence(suggestion))),
            ])
        }
        members.append(("suggestions", .array(suggestions)))
        return .object(members)
    }
}

/// A fact as JSON: its kind, its source, and the sentence.
struct FactDocument {
    private let fact: Explanation.Fact
    private let universe: Universe

    init(_ fact: Explanation.Fact, _ universe: Universe) {
        self.fact = fact
        self.universe = universe
    }

    func json(_ sentence: String) -> JSON {
        var members: [(String, JSON)] = [("fact", .string(sentence))]
        switch fact {
        case .request(let dependency, let offer):
            members += [("kind", .string("request")), ("requirement", .string(dependency.description))]
            members += self.offer(offer)
        case .dependency(let package, let dependency, let offer):
            members += [("kind", .string("dependency")), ("requirement", .string(dependency.description))]
            members += source(package) + self.offer(offer)
        case .exclusive(let name, let packages):
            members += [("kind", .string("exclusive")), ("name", .string(name)), ("packages", labels(packages))]
        case .selfConflict(let package): members += [("kind", .string("selfConflict"))] + source(package)
        case .excluded(let package, let exclusion):
            members += [("kind", .string("excluded")), ("reason", .string(code(exclusion)))] + source(package)
        }
        return .object(members)
    }

    private func source(_ package: PackageID) -> [(String, JSON)] {
        let repository = universe.repository(of: package).map { JSON.string(universe.repositories[$0].location) }
        return [("package", .string(universe.label(of: package))), ("repository", repository ?? .null)]
    }

    private func offer(_ offer: Explanation.Offer) -> [(String, JSON)] {
        switch offer {
        case .nothing: [("providers", .array([]))]
        case .otherVersions(let packages): [("providers", .array([])), ("otherVersions", labels(packages))]
        case .packages(let packages): [("providers", labels(packages))]
        }
    }

    private func labels(_ packages: [PackageID]) -> JSON { .array(packages.map { .string(universe.label(of: $0)) }) }

    private func code(_ exclusion: Explanation.Exclusion) -> String {
        switch exclusion {
        case .architecture: "architecture"
        case .brokenRecord: "broken-record"
        case .tags: "tag"
        case .unavailable: "unavailable"
        }
    }
}
