internal import ApkArchive
internal import ApkFormats

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

// MARK: - Scripts

extension RootPlanner {
    /// Accounts for one script of a package, if it has it.
    mutating func account(
        _ kind: PackageScript.Kind, of package: String, _ scripts: [PackageScript], _ arguments: [String]
    ) throws(RootError) {
        guard options.emulatesScripts, let script = scripts.first(where: { $0.kind == kind }) else { return }
        guard let shell = ShellOptions(firstLineOf: script.content) else {
            note(package, kind, .needsYou, ShellParser.excerpt(script.content))
            return
        }
        let command: ShellCommand
        do throws(ShellParser.Failure) {
            var parser = ShellParser(script.content)
            command = try parser.parse()
        } catch {
            note(package, kind, .needsYou, "line \(error.line)")
            return
        }
        // What is not understood to its end leaves nothing behind, so it works on a copy.
        var interpreter = ShellInterpreter(
            merger: merger, stage: stage, time: time, name: "lib/apk/exec/\(package).\(kind.rawValue)",
            arguments: arguments, options: shell)
        do throws(ShellInterpreter.Stop) {
            try interpreter.run(command)
        } catch {
            switch error {
            case .notUnderstood(let text): note(package, kind, .needsYou, text)
            case .failed(let failure): throw failure.of(package: package)
            case .exit, .leave, .breakLoop, .continueLoop:
                note(package, kind, .needsYou, "return outside of a function")
            }
            return
        }
        merger = interpreter.merger
        let effects = interpreter.effects
        note(package, kind, effects.isEmpty ? .ignorable : .emulated, effects.joined(separator: ", "))
    }

    private mutating func note(
        _ package: String, _ kind: PackageScript.Kind, _ outcome: ScriptAccount.Outcome, _ detail: String
    ) {
        accounts.append(ScriptAccount(package: package, kind: kind, outcome: outcome, detail: detail))
    }

    /// Accounts for the triggers that the changes pull: of each package with a pattern that a changed directory matches,
    /// in the order of the steps, then of the packages that stay.
    mutating func account(triggersOf database: InstalledDatabase) throws(RootError) {
        guard options.emulatesScripts, changes.world ?? state.world != nil else { return }
        let changed = changedDirectories()
        let coming = Set(merger.staged.map(\.record.name))
        let waiting = merger.staged.filter { !$0.triggers.isEmpty }
        // A package that comes gets all directories that match, changed or not, also those of packages that stay.
        let all =
            waiting.isEmpty
            ? changed : changed.union(database.packages.flatMap { $0.files.directories.map { Array($0.path) } } + [[]])
        for package in waiting {
            try account(package.label, package.triggers, package.scripts, changed: changed, all: all)
        }
        var patterns: [Checksum.Identity: [String]] = [:]
        for entry in state.triggers.entries { patterns[entry.package] = entry.patterns }
        for package in database.packages where !coming.contains(package.name) {
            let identity = package.record.checksum.identity
            guard let patterns = patterns[identity] else { continue }
            try account(
                package.record.description, patterns, state.scripts[identity] ?? [], changed: changed, all: changed)
        }
    }

    private mutating func account(
        _ package: String, _ patterns: [String], _ scripts: [PackageScript], changed: Set<[UInt8]>, all: Set<[UInt8]>
    ) throws(RootError) {
        func matches(_ path: [UInt8], _ pattern: String) -> Bool {
            let pattern = pattern.hasPrefix("+") ? String(pattern.dropFirst()) : pattern
            return withCName(Array("/".utf8) + path) { fnmatch(pattern, $0, FNM_PATHNAME) == 0 }
        }
        let arguments = all.filter { path in
            patterns.contains { matches(path, $0) && (changed.contains(path) || !$0.hasPrefix("+")) }
        }
        .map { "/" + String(decoding: $0, as: UTF8.self) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard !arguments.isEmpty else { return }
        try account(.trigger, of: package, scripts, arguments)
    }

    /// The directories of the packages that come or go. The root is one only of a package that has files in it.
    private func changedDirectories() -> Set<[UInt8]> {
        var changed: Set<[UInt8]> = []
        for package in merger.staged {
            var last: ArraySlice<UInt8>?
            for entry in package.entries where !entry.path.isEmpty {
                let directory = entry.kind == .directory ? entry.path[...] : parentPath(entry.path)
                if directory != last { changed.insert(Array(directory)) }
                last = directory
            }
        }
        for (place, package) in merger.installed.enumerated() where merger.participants[place].isGoing {
            for directory in package.files.directories { changed.insert(Array(directory.path)) }
        }
        return changed
    }
}
