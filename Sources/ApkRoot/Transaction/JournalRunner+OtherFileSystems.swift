internal import ApkArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension JournalRunner {
    /// What something is called in a directory of another file system until it is whole; an interrupted step removes it
    /// when it is done again.
    static let temporaryName = Array(".apk.spare".utf8)

    /// Gives a staged file a name by a copy: something is mounted in the root, so that the name is on another file system,
    /// or the file has as many names as its file system allows.
    mutating func placeElsewhere(
        _ staged: StagedName, in folder: Directory, _ path: [UInt8]
    ) throws(RootError) {
        let (directory, name) = try walker.parent(of: path)
        let temporary = JournalRunner.temporaryName
        do throws(SystemFailure) {
            try directory.remove(temporary)
            if try !linkElsewhere(staged, to: directory, temporary) {
                guard try Self.copy(staged.name, from: folder, to: directory, temporary) else { return }
                firstNames[staged, default: []].append(path)
            }
            try directory.rename(temporary, to: directory, name)
            // A rename between two names of one file does nothing, and leaves both.
            try directory.remove(temporary)
        } catch {
            throw RootError(error, path: path)
        }
    }

    /// Gives a file that was copied already a further name.
    private func linkElsewhere(
        _ staged: StagedName, to directory: Directory, _ name: [UInt8]
    ) throws(SystemFailure) -> Bool {
        for first in firstNames[staged] ?? [] {
            var walker = PathWalker(root)
            guard let (parent, base) = try? walker.parent(of: first) else { continue }
            do throws(SystemFailure) {
                try parent.link(base, to: directory, name)
                return true
            } catch {
                guard error.needsCopy else { throw error }
            }
        }
        return false
    }

    /// Copies a staged file, with all that it has, to a temporary name in a directory of another file system.
    ///
    /// - Returns: false if it is not there any more: an earlier run did it.
    private static func copy(
        _ name: [UInt8], from folder: Directory, to directory: Directory, _ temporary: [UInt8]
    ) throws(SystemFailure) -> Bool {
        guard let status = try folder.status(name) else { return false }
        var attributes: [ArchiveEntry.ExtendedAttribute] = []
        if status.isRegular {
            let source = try folder.openPrivateFile(name)
            attributes = try source.extendedAttributes()
            let copy = try directory.createFile(temporary, mode: 0o600)
            var failure: SystemFailure?
            try source.read { chunk in
                guard failure == nil else { return }
                do throws(SystemFailure) { try copy.write(chunk) } catch { failure = error }
            }
            if let failure { throw failure }
        } else {
            try directory.makeNode(temporary, mode: status.mode, device: status.deviceNumber)
        }
        if geteuid() == 0 { try directory.changeOwner(temporary, user: status.user, group: status.group) }
        if status.isRegular {
            // In this order: a new owner takes attributes and set-id bits away, and a file may not be readable with its
            // mode.
            if !attributes.isEmpty {
                _ = try directory.openFile(temporary).setExtendedAttributes(attributes)
            }
            try directory.changeMode(temporary, status.permissions)
        } else {
            try directory.changeNodeMode(temporary, status.permissions)
        }
        try directory.setTime(temporary, seconds: status.seconds, nanoseconds: status.nanoseconds)
        return true
    }
}
