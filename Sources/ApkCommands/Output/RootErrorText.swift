internal import ApkArchive
internal import ApkFormats
internal import ApkRoot

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Says in words why packages cannot be put into a root.
struct RootErrorText: FailureText {
    private let error: RootError

    init(_ error: RootError) { self.error = error }

    var status: Int32 {
        switch error.code {
        case .fileConflict, .typeConflict, .scriptNeedsYou: 1
        case .pathThroughLink, .tooManyLinks, .badHardLink, .reservedPath: 5
        case .malformedState, .badJournal, .databaseChanged: 5
        case .badPackage: error.archive.map { ArchiveErrorText($0).status } ?? 5
        case .interrupted: 130
        default: 4
        }
    }

    private var path: DisplayText { "\(error.path)" }

    func message(_ console: Console) -> DisplayText {
        guard error.isResumable else { return sentence }
        return sentence + "\nThe root is half-way to its new state; run again to complete it, when the cause is gone."
    }

    private var sentence: DisplayText {
        switch error.code {
        case .noRoot:
            return "\(path): cannot be opened as a root\(system)\(rootHint)"
        case .locked:
            return "\(path): another run works on this root; wait for it to end"
        case .fileConflict:
            return "\(error.package) would overwrite \(path) of \(error.otherPackage), which nothing allows;"
                + " leave one of them out, or let it with `--force-overwrite`"
        case .typeConflict:
            let other = error.otherPackage.isEmpty ? "the root" : error.otherPackage
            let here = error.package.isEmpty ? "among apk's files" : "in \(error.package)"
            return "\(path) is one kind of file \(here) and another in \(other); they do not fit together"
        case .pathThroughLink:
            let owner = error.otherPackage.isEmpty ? "the root" : error.otherPackage
            let link = error.detail.isEmpty ? "a link" : "the link \(error.detail)"
            return "\(subject)\(path) leads through \(link) of \(owner), out of the root or to no directory;"
                + " nothing was written"
        case .tooManyLinks:
            return "\(subject)\(path) leads through more than 40 symbolic links, which may be a circle"
        case .badHardLink:
            return
                "\(error.package): \(path) is a hard link to `\(error.detail)`, which is no earlier file of the package"
        case .reservedPath:
            return "\(error.package): ships \(path), which is not a package's to have"
        case .scriptNeedsYou:
            return "\(error.package): a script does what only running it can do (\(error.detail));"
                + " without `--strict-scripts` it would be recorded and named"
        case .rootChanged:
            return "\(path): was changed by somebody else during the run; expected \(error.detail)"
        case .malformedState:
            if let archive = error.archive { return text(of: archive) }
            return "\(place): \(formatText)"
        case .badJournal:
            let reason = error.detail.isEmpty ? "cannot be read" : "cannot be trusted: \(error.detail)"
            return "\(path): the journal of an interrupted run \(reason);"
                + " if nothing else knows of it, remove the directory and run `apkresolve fix`"
        case .databaseChanged:
            return "\(path): was changed by another program before an interrupted run was completed, which cannot be"
                + " done any more; remove the directory .apkresolve in the root, and do that run again"
        case .badPackage:
            guard let archive = error.archive else {
                return "\(error.package): \(error.format == nil ? error.detail : formatText)"
            }
            return text(of: archive)
        case .interrupted: return "interrupted; the root is as it was"
        default:
            if let archive = error.archive { return "\(text(of: archive))\(spaceHint(archive.systemError))" }
            return "\(place): \(error.call.isEmpty ? "failed" : "\(error.call) failed")\(system)\(hint)"
        }
    }

    /// What is wrong with an archive that is read or written; the package or the entry says which, where it has no name.
    private func text(of archive: ArchiveError) -> DisplayText {
        let sentence = ArchiveErrorText(archive).sentence
        guard archive.path.isEmpty else { return sentence }
        return "\(error.package.isEmpty ? place : "\(error.package)"): \(sentence)"
    }

    private var place: DisplayText { error.path.isEmpty ? "the root" : path }

    /// What to do about a system call that failed.
    private var hint: String {
        if error.path.starts(with: ".apkresolve".utf8), [ENOTDIR, ELOOP].contains(error.systemError) {
            return "; something else has the name of this program's private directory: remove it"
        }
        // Only a stage that is no root's has its whole path here.
        let other =
            error.path.first == UInt8(ascii: "/") ? "another directory with TMPDIR" : "another root with `--root`"
        return switch error.systemError {
        case EBUSY?: "; something is mounted on it: unmount that, or name \(other)"
        case EPERM? where error.call == "renameat":
            "; it must not be replaced, whoever asks: `lsattr` shows why, and `chattr -ia` allows it"
        case EACCES?, EPERM?: "; run as a user who may change it, or name \(other)"
        case EROFS?: "; mount the file system for writing, or name \(other)"
        default: spaceHint(error.systemError)
        }
    }

    private func spaceHint(_ systemError: Int32?) -> String {
        [ENOSPC, EDQUOT].contains(systemError) ? "; make room and run again" : ""
    }

    /// What to do about a root that cannot be opened.
    private var rootHint: String {
        switch error.systemError {
        case ENOENT?: "; is the path right? `apkresolve install` makes a root"
        case EACCES?, EPERM?, EROFS?: "; name a directory that you may change"
        case ENOTDIR?: "; a root is a directory"
        default: ""
        }
    }

    /// The package in question; what no package ships is apk's own.
    private var subject: String { error.package.isEmpty ? "apk's files: " : "\(error.package): " }

    private var system: String { error.systemError.map { ": " + systemMessage($0) } ?? "" }

    private var formatText: String {
        guard let format = error.format else {
            return error.detail.isEmpty ? "cannot be read" : "cannot be read: \(error.detail)"
        }
        let line = format.line.map { "line \($0): " } ?? ""
        return "\(line)\(format.code.rawValue) in `\(format.text)`; expected \(format.expected)"
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("code", .string(error.code.rawValue)), ("message", .string(sentence.shown)),
            ("path", .string(String(decoding: error.path, as: UTF8.self))),
            ("package", .string(error.package)), ("otherPackage", .string(error.otherPackage)),
            ("resumable", .bool(error.isResumable)),
        ]
        if let archive = error.archive { members.append(("cause", .string(archive.code.rawValue))) }
        if let offset = error.archive?.offset { members.append(("offset", .integer(offset))) }
        return .object(members)
    }
}
