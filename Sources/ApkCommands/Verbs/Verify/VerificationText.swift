internal import ApkArchive
internal import ApkFormats
internal import ApkRepositories

/// A verification report as lines for people and as JSON.
struct VerificationText {
    private let report: VerificationReport
    private let index: LoadedRepository?
    private let console: Console

    /// - Parameter index: the index that names the file, if one does.
    init(_ report: VerificationReport, index: LoadedRepository?, _ console: Console) {
        self.report = report
        self.index = index
        self.console = console
    }

    /// The file, and below it a line for each link.
    var lines: [DisplayText] {
        let title: DisplayText =
            report.failure == nil ? "\(report.path)" : "\(report.path): \(console.red("refused"))"
        return ["\(console.bold(title))\(subject)"] + report.links.map(line) + report.warnings.map(line)
    }

    private var subject: String {
        if let record = report.record {
            return "  \(record.name) \(record.version) \(record.architecture ?? "noarch")"
        }
        return report.packageCount.map { "  index of \($0) packages" } ?? ""
    }

    private func line(_ link: ChainLink) -> DisplayText {
        let word: DisplayText =
            switch link.outcome {
            case .proved: "ok    "
            case .notNeeded: console.dim("-     ")
            case .untrusted: console.red("none  ")
            case .failed: console.red("FAILED")
            }
        let name = link.kind.rawValue
        return "  \(word)  \(name)\(String(repeating: " ", count: 11 - name.utf8.count))\(sentence(link))"
    }

    private func sentence(_ link: ChainLink) -> DisplayText {
        switch (link.outcome, link.kind) {
        case (.failed, _):
            // The file's name stands in the line above.
            guard var failure = report.failure else { return "\(link.detail)" }
            failure.path = ""
            return ArchiveErrorText(failure).sentence
        case (.untrusted, _): return "no signature by a trusted key; taken because of --allow-untrusted"
        case (.notNeeded, _): return "not looked at: a signed index names this file"
        case (_, .structure): return "\(link.detail)"
        case (_, .signature): return "by \(link.detail)"
        case (_, .identity):
            let signer = index?.signedBy.map { " that \($0) signed" } ?? ", which nobody trusted signed"
            return "\(link.detail), as in the index\(signer)"
        case (_, .size): return "\(link.detail) bytes, as in the index"
        case (_, .metadata): return "\(link.detail)"
        case (_, .data): return "SHA-256 \(link.detail), as the package's metadata says"
        case (_, .files):
            return link.detail == "1" ? "1 entry" : "\(link.detail) entries, each with the digest it gives"
        case (_, .records): return "\(link.detail) packages"
        }
    }

    private func line(_ warning: PackageWarning) -> DisplayText {
        "  \(console.bold("warning")) \(sentence(warning))"
    }

    private func sentence(_ warning: PackageWarning) -> String {
        switch warning {
        case .relationsDiffer(let field, let index, let package):
            let lists = [("only the index has", index), ("only the package has", package)]
            return "\(field) differs from the index, which counts: "
                + lists.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: " "))" }.joined(
                    separator: "; ")
        }
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("path", .string(report.path)), ("kind", report.kind.map { .string($0.rawValue) } ?? .null),
            ("verified", .bool(report.failure == nil)),
        ]
        if let record = report.record {
            members += [
                ("name", .string(record.name)), ("version", .string(record.version)),
                ("architecture", record.architecture.map { .string($0) } ?? .null),
                ("checksum", .string(record.checksum.description)), ("downloadSize", .integer(record.downloadSize)),
            ]
        }
        if let count = report.packageCount { members.append(("packages", .integer(count))) }
        if let digest = report.sha256 { members.append(("sha256", .string(Hexadecimal.string(digest)))) }
        if let index {
            members.append(
                (
                    "index",
                    .object([
                        ("location", .string(index.location)),
                        ("signedBy", index.signedBy.map { .string($0) } ?? .null),
                    ])
                ))
        }
        let links = report.links.map { link in
            JSON.object([
                ("link", .string(link.kind.rawValue)), ("outcome", .string(link.outcome.rawValue)),
                ("detail", .string(link.detail)),
            ])
        }
        members.append(("links", .array(links)))
        members.append(("warnings", .array(report.warnings.map { .string(sentence($0)) })))
        if let failure = report.failure { members.append(("error", ArchiveErrorText(failure).json)) }
        return .object(members)
    }
}
