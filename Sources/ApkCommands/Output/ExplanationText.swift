internal import ApkFormats
package import ApkResolver
package import ApkSolver

/// Says a failure in sentences: each fact with its source, then edits that were proved to work.
package struct ExplanationText {
    private let universe: Universe

    package init(_ universe: Universe) { self.universe = universe }

    /// One sentence for a fact, without a full stop.
    package func sentence(_ fact: Explanation.Fact) -> String {
        switch fact {
        case .request(let dependency, let offer):
            let verb = dependency.isConflict ? "excludes" : "asks for"
            return "the request `\(dependency)` \(verb) \(object(dependency, offer))"
        case .dependency(let package, let dependency, let offer):
            let verb = dependency.isConflict ? "conflicts with" : "depends on"
            return "\(label(package)) \(verb) \(object(dependency, offer))"
        case .exclusive(let name, let packages):
            return "only one package can be `\(name)`: \(list(packages))"
        case .selfConflict(let package):
            return "\(label(package)) provides one of its own names twice and so excludes itself"
        case .excluded(let package, let exclusion):
            return "\(label(package)) cannot be installed: \(reason(exclusion))"
        }
    }

    private func object(_ dependency: Dependency, _ offer: Explanation.Offer) -> String {
        let name = dependency.isConflict ? String(dependency.description.dropFirst()) : dependency.description
        switch offer {
        case .nothing: return "`\(name)`, and no package has that name"
        case .otherVersions(let packages):
            return dependency.isConflict ? "`\(name)`" : "`\(name)`, and there is only \(list(packages))"
        case .packages(let packages):
            let isObvious =
                packages.count == 1 && universe.name(of: packages[0]) == dependency.name && !dependency.isConflict
            return isObvious ? "`\(name)` (\(label(packages[0])))" : "`\(name)`, that is \(list(packages))"
        }
    }

    private func reason(_ exclusion: Explanation.Exclusion) -> String {
        switch exclusion {
        case .architecture(let architecture):
            "it is for \(architecture), not for \(universe.architectures.first ?? "this architecture")"
        case .brokenRecord: "its record is broken or needs a newer program (see `apkresolve index check`)"
        case .tags(let tags):
            "only \(tags.map { "@" + $0 }.joined(separator: ", ")) has it, and no request names that tag"
        case .unavailable: "no repository that has it can be reached"
        }
    }

    /// A package with the repository that it comes from, where there are several.
    private func label(_ package: PackageID) -> String {
        let label = universe.label(of: package)
        guard universe.repositories.count > 1, let repository = universe.repository(of: package) else { return label }
        return "\(label) (\(Locations.short(universe.repositories[repository].location)))"
    }

    private func list(_ packages: [PackageID]) -> String {
        let most = 6
        var seen: Set<PackageID> = []
        let labels = packages.filter { seen.insert($0).inserted }.map { universe.label(of: $0) }
        let rest = labels.count > most ? " and \(labels.count - most) more" : ""
        return labels.prefix(most).joined(separator: ", ") + rest
    }

    /// A suggestion as an imperative sentence.
    package func sentence(_ suggestion: Suggestion) -> String {
        let result = "\(suggestion.packageCount) package\(suggestion.packageCount == 1 ? "" : "s")"
        return switch suggestion.edit {
        case .rename(let from, let to): "did you mean `\(to)` instead of `\(from)`? That gives \(result)"
        case .relax(let from, let to): "ask for `\(to)` instead of `\(from)`: that gives \(result)"
        case .drop(let requests):
            "leave out \(requests.map { "`\($0)`" }.joined(separator: " and ")): the rest gives \(result)"
        case .completePolicy: "use `--policy complete`: it finds \(result) for the same requests"
        }
    }
}

/// Locations of repositories as tables and sentences show them.
package enum Locations {
    /// The last parts of a location that tell repositories apart: `v3.19/main`.
    package static func short(_ location: String) -> String {
        var parts = location.split(separator: "/")
        if let last = parts.last, last.hasPrefix("APKINDEX") || last.hasSuffix(".adb") {
            parts.removeLast(min(2, parts.count))
        }
        return parts.suffix(2).joined(separator: "/")
    }
}
