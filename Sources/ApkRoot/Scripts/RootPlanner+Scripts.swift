internal import ApkArchive
internal import ApkFormats

// MARK: - Scripts

extension RootPlanner {
    /// Accounts for one script of a package, if it has it.
    mutating func account(
        _ kind: PackageScript.Kind, of package: String, _ scripts: [PackageScript], _ arguments: [String]
    ) throws(RootError) {
        guard scripts.contains(where: { $0.kind == kind }) else { return }
        accounts.append(
            ScriptAccount(package: package, kind: kind, outcome: .needsYou, detail: ""))
    }

    /// Accounts for the triggers that the changes pull.
    mutating func account(triggersOf database: InstalledDatabase, time: Int) throws(RootError) {}
}
