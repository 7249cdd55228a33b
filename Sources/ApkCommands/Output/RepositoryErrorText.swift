internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories

/// Says in words what is wrong with a repository, and what to do about it.
struct RepositoryErrorText: FailureText {
    private let error: RepositoryError

    init(_ error: RepositoryError) { self.error = error }

    /// The exit status that belongs to the error.
    var status: Int32 {
        switch error.code {
        case .untrusted, .notIntact, .notLockedFile: packageCause.map { ArchiveErrorText($0).status } ?? 3
        case .malformedIndex, .malformedDatabase, .malformedLock, .unsupportedIndex: 5
        case .invalidRepository: 2
        case .noRepositories: 2
        default: 4
        }
    }

    func message(_ console: Console) -> DisplayText { message }

    private var message: DisplayText {
        switch error.code {
        case .noRepositories:
            return "no repositories: name one with `-X DIR`, or a file with `--repositories-file`"
        case .networkUnavailable:
            return "\(error.location): is on another machine, and there is no transport to reach it"
        case .offline:
            let what = error.detail.isEmpty ? "the index of \(error.location)" : "\(error.detail) (\(error.location))"
            return "\(what) is not in the cache, and `--offline` fetches nothing; run once without it,"
                + " or name the cache that has it with `--cache-dir`"
        case .transportUnavailable:
            let failure = error.failures.first?.transport
            guard let failure, failure.systemError != nil else {
                return "\(error.location): cannot be fetched: \(failure?.detail ?? "no transport")"
            }
            return "\(error.location): cannot be fetched: the program \(failure.detail) cannot be run"
                + "\(failure.systemError.map { ": " + systemMessage($0) } ?? ""); it belongs beside apkresolve, and"
                + " `swift build -c release` makes both (APKRESOLVE_TRANSPORT may name another place)"
        case .fetchFailed, .notFound: return fetchText
        case .unwritable:
            let number = error.cause?.systemError ?? error.failures.last?.transport?.systemError
            let reason = number.map { systemMessage($0) } ?? error.detail
            return "\(error.location): cannot be written\(reason.isEmpty ? "" : ": \(reason)")"
        case .noIndex:
            let present =
                error.detail.isEmpty
                ? "; a repository is a directory with ARCH/APKINDEX.tar.gz"
                : "; the repository has \(error.detail): choose with `--arch`"
            return "\(error.location): there is no index\(present)"
        case .noPackage:
            return
                "\(error.location): \(error.detail) is in the index, and its file is not there; the index is newer or"
                + " older than the packages: get both again from the mirror"
        case .notLockedFile:
            let digests = error.detail.split(separator: " ")
            return "\(error.location): not the file that was locked: expected SHA-256 \(digests.first ?? ""), found"
                + " \(digests.last ?? ""); `apkresolve lock --update` takes the new one"
        case .noLockedArchitecture:
            let names = error.detail.split(separator: " ").map(String.init)
            let present =
                names.count > 1 ? "only for \(names.dropFirst().joined(separator: ", "))" : "nor for any other"
            return "\(error.location): the lock has no section for \(names[0]), \(present);"
                + " `apkresolve lock --arch \(names[0]) REQUEST…` adds one"
        case .invalidRepository, .malformedIndex, .malformedDatabase, .malformedLock:
            return "\(error.location)\(formatText)"
        case .unsupportedIndex:
            return "\(error.location): compressed with \(error.cause?.found ?? "an unknown method"), which this version"
                + " does not read; `apk adbdump` and `apk adbgen` can write it without (deflate is read too)"
        default:
            return "\(error.location): \(causeText)"
        }
    }

    /// Each place with what became of it.
    private var fetchText: DisplayText {
        let hint =
            error.code == .notFound
            ? error.detail.hasPrefix("http")
                ? "is the URL right, and is there an index for the architecture (`--arch`)?"
                : "the index is older or newer than the mirror; try again with `--refresh`"
            : "what is in the cache can be used with `--offline`"
        guard error.failures.count != 1 else {
            return "\(error.location): cannot be fetched: \(FetchFailureText.text(error.failures[0])); \(hint)"
        }
        let lines: [DisplayText] = error.failures.map { "\n  - \($0.url): \(FetchFailureText.text($0))" }
        return "\(error.location): cannot be fetched from any mirror; \(hint)\(lines.joined())"
    }

    private var formatText: String {
        guard let format = error.format else { return ": is malformed" }
        return text(format)
    }

    /// What is wrong with a text or an ADB payload, and where.
    private func text(_ format: FormatError) -> String {
        let line = format.line.map { ":\($0)" } ?? ""
        let field = format.field.map { "field \($0): " } ?? ""
        let found = format.text.isEmpty ? "" : " in `\(format.text)`"
        let offset = format.offset.map { " at byte \($0) of the metadata" } ?? ""
        return "\(line): \(field)\(format.code.rawValue)\(offset)\(found); expected \(format.expected)"
    }

    private var causeText: DisplayText {
        guard let cause = error.cause else { return "\(error.detail.isEmpty ? "cannot be read" : error.detail)" }
        if let packageCause { return ArchiveErrorText(packageCause).sentence }
        let name: DisplayText = "\(cause.name)"
        switch cause.code {
        case .unsigned:
            return "the index is not signed; `--allow-untrusted` takes it all the same"
        case .unknownKey:
            let isAlpines = name.shown.hasPrefix("alpine-devel@") && cause.found.isEmpty
            return "the index \(ArchiveErrorText.unknownKey(cause))"
                + (isAlpines ? " (Alpine's are at https://alpinelinux.org/keys/)" : "")
        case .badSignature:
            return
                "the signature is wrong\(cause.name.isEmpty ? "" : " for the key \(name)"): the index was changed, or"
                + " another key has this name; fetch both again from a source that you trust"
        case .badADB:
            return "bad-adb\(cause.format.map { text($0) } ?? "")"
        default:
            // The location says which file.
            var unnamed = cause
            unnamed.path = ""
            return ArchiveErrorText(unnamed).sentence
        }
    }

    /// What is wrong with a package file, rather than with an index.
    private var packageCause: ArchiveError? {
        guard error.code != .notLockedFile, error.location.hasSuffix(".apk"), var cause = error.cause else {
            return nil
        }
        cause.path = ""
        return cause
    }

    /// The error as a JSON value.
    var json: JSON {
        var members: [(String, JSON)] = [
            ("code", .string(error.code.rawValue)), ("message", .string(message.shown)),
            ("location", .string(error.location)),
        ]
        if !error.failures.isEmpty {
            members.append(("failures", .array(error.failures.map { FetchFailureText.json($0) })))
        }
        if let cause = error.cause { members.append(("cause", .string(cause.code.rawValue))) }
        if let offset = error.cause?.offset { members.append(("offset", .integer(offset))) }
        if let line = error.format?.line { members.append(("line", .integer(line))) }
        return .object(members)
    }
}
