internal import ApkFormats

/// A package that takes part in a run: one that is installed, or one that comes.
struct Participant {
    var name: String
    var version: String
    var origin: String
    var replaces: [Dependency]
    var replacesPriority: Int
    /// Whether it is removed, or replaced by another version, in this run.
    var isGoing = false
    /// Whether that is done already where a script looks: nothing of it is there any more.
    var isGone = false

    /// `name-version`, which every node of it carries.
    let label: String

    init(_ package: StagedPackage) {
        name = package.record.name
        version = package.record.version
        origin = package.record.origin ?? ""
        replaces = package.replaces
        replacesPriority = package.replacesPriority
        label = "\(name)-\(version)"
    }

    init(_ package: InstalledPackage) {
        name = package.name
        version = package.record.version
        origin = package.record.origin ?? ""
        replaces = package.replaces
        replacesPriority = package.replacesPriority
        label = "\(name)-\(version)"
    }

    /// The priority with which it takes over files of another package; nil if it does not replace it. Only the real
    /// name and version count, not what the other provides.
    func priority(over other: Participant) -> Int? {
        replaces.contains { $0.name == other.name && $0.accepts(other.version) } ? replacesPriority : nil
    }
}

/// Who owns what two packages ship: apk's rules in apk's order.
enum FileOwnership {
    enum Verdict: Hashable {
        /// The package that is being installed takes the file.
        case newcomer
        /// The one that has it keeps it.
        case holder
        /// Neither may.
        case conflict
    }

    static func verdict(holder: Participant, newcomer: Participant) -> Verdict {
        if holder.name == newcomer.name || holder.isGoing { return .newcomer }
        let holderPriority = holder.priority(over: newcomer)
        let newcomerPriority = newcomer.priority(over: holder)
        if (holderPriority ?? -1) > (newcomerPriority ?? -1) { return .holder }
        if newcomerPriority != nil { return .newcomer }
        if !holder.origin.isEmpty, holder.origin == newcomer.origin { return .newcomer }
        return .conflict
    }

    /// Whether a directory's mode and owner come from the newcomer rather than from the holder.
    static func takesDirectory(holder: Participant, newcomer: Participant) -> Bool {
        if holder.name == newcomer.name || holder.isGoing { return true }
        if holder.replacesPriority != newcomer.replacesPriority {
            return newcomer.replacesPriority > holder.replacesPriority
        }
        if !holder.origin.isEmpty, holder.origin == newcomer.origin {
            if newcomer.name == newcomer.origin { return true }
            if holder.name == holder.origin { return false }
        }
        return newcomer.name.utf8.lexicographicallyPrecedes(holder.name.utf8)
    }
}

extension Dependency {
    /// Whether a package of the right name and this version is meant.
    fileprivate func accepts(_ found: String) -> Bool {
        if relation.isAny { return !isConflict }
        guard !relation.isIdentity else { return false }
        let order = Version.compare(found, version, fuzzy: relation.contains(.fuzzy))
        return relation.accepts(order) != isConflict
    }
}
