internal import ApkFormats
package import ApkSolver

/// apk's own words for what it does: the change lines, the closing line and the report of a failure
/// (`apk-formats.md` §§10–11).
package struct Transcript {
    let universe: Universe
    /// Where the lists of a report wrap: 50, or the columns of a terminal.
    private let width: Int
    package private(set) var text: DisplayText = ""

    package init(_ universe: Universe, width: Int = 50) {
        self.universe = universe
        self.width = max(width, 26)
    }

    package mutating func line(_ line: DisplayText) { text += line + "\n" }

    /// `(1/2) Installing name (version)` for each change.
    package mutating func changes(_ changes: [Change]) {
        let count = String(changes.count)
        for (index, change) in changes.enumerated() {
            let number = String(index + 1)
            let padding = String(repeating: " ", count: count.count - number.count)
            line("(\(padding)\(number)/\(count)) \(words(for: change))")
        }
    }

    private func words(for change: Change) -> String {
        let package = change.new ?? change.old
        let name = package.map { universe.name(of: $0) } ?? ""
        let tag = change.tag.isEmpty ? "" : "@" + change.tag
        let new = change.new.map { universe.version(of: $0) } ?? ""
        let old = change.old.map { universe.version(of: $0) } ?? ""
        return switch change.kind {
        case .install: "Installing \(name)\(tag) (\(new))"
        case .purge: "Purging \(name) (\(old))"
        case .upgrade: "Upgrading \(name)\(tag) (\(old) -> \(new))"
        case .downgrade: "Downgrading \(name)\(tag) (\(old) -> \(new))"
        case .replace: "Replacing \(name)\(tag) (\(old) -> \(new))"
        case .reinstall: "\(unavailable(package))Reinstalling \(name)\(tag) (\(new))"
        case .updatePinning: "Updating pinning \(name)\(tag) (\(new))"
        case .keep: ""
        }
    }

    private func unavailable(_ package: PackageID?) -> String {
        guard let package, !universe.isAvailable(package), universe.installedSize(of: package) != 0,
            universe.traits(of: package).isDisjoint(with: [.local, .cachedWithoutRepository])
        else { return "" }
        return "[APK unavailable, skipped] "
    }

    /// `OK: 60.2 MiB in 18 packages`.
    ///
    /// - Parameter packages: all packages that are installed afterwards.
    package mutating func success(_ packages: [PackageID], isVerbose: Bool = false) {
        let size = packages.reduce(UInt64(0)) { $0 &+ universe.installedSize(of: $1) }
        if isVerbose {
            line("OK: \(packages.count) packages, 0 dirs, 0 files, \(humanSize(Int(clamping: size)))")
        } else {
            line("OK: \(humanSize(Int(clamping: size))) in \(packages.count) packages")
        }
    }

    /// `ERROR: unable to select packages:` and its facts.
    package mutating func failure(_ report: FailureReport) {
        line("ERROR: unable to select packages:")
        for block in report.blocks {
            line("  \(block.label):")
            for fact in block.facts { self.fact(fact) }
        }
        if report.blocks.isEmpty { line("Huh? Error reporter did not find the broken constraints.") }
    }

    private mutating func fact(_ fact: FailureReport.Fact) {
        list("    \(fact.key): ", fact.items)
    }

    /// Items in lines that wrap; the lines after the first are indented to the end of the key.
    mutating func list(_ key: DisplayText, _ items: [String]) {
        let indent = String(repeating: " ", count: key.shown.utf8.count)
        var column = indent.utf8.count
        var line = key
        for (index, item) in items.enumerated() {
            let item = DisplayText(escaping: String(decoding: item.utf8.prefix(255), as: UTF8.self))
            let length = item.shown.utf8.count
            if index == 0 {
                column += length
            } else if column + length + 1 >= width {
                self.line(line)
                line = "\(indent)"
                column = indent.utf8.count + length
            } else {
                line += " "
                column += length + 1
            }
            line += item
        }
        self.line(line)
    }
}
