internal import ApkArchive
internal import ApkFormats
internal import ApkImage
internal import ApkRepositories
internal import ApkResolver
internal import ApkRoot
internal import ApkSolver

/// What a build says at its end: what the image is made of, how large it is, and what it would be on the usual base.
struct ImageReportText {
    private let report: ImageReport
    private let destination: ImageDestination
    private let bills: [String]
    private let answers: [Answer]
    private let context: VerbContext

    init(
        _ report: ImageReport, _ destination: ImageDestination, _ bills: [String], _ answers: [Answer],
        _ context: VerbContext
    ) {
        self.report = report
        self.destination = destination
        self.bills = bills
        self.answers = answers
        self.context = context
    }

    func show(asJSON: Bool) {
        if asJSON {
            context.console.write(exactly: json.pretty)
        } else if !context.invocation.quiet {
            lines.forEach { context.console.line($0) }
        }
    }

    var lines: [DisplayText] {
        var lines: [DisplayText] = ["\(destination.path): \(destination.format.rawValue) \(report.descriptor.digest)"]
        for (image, answer) in zip(report.images, answers) {
            let size = image.layers.reduce(0) { $0 + $1.descriptor.size }
            lines.append(
                "  \(image.platform): \(Self.count(image.packageCount, "package")) in \(layerText(image)); "
                    + "\(humanSize(size)) to pull, \(humanSize(image.contentSize)) of files")
            if context.invocation.verbose { lines += image.layers.map { "\(layerLine($0))" } }
            lines += image.rewritten.map { "    \($0.package): not its own bytes: \(Self.text($0.reason))" }
            if let comparison = BaseComparison(answer) { lines.append("    \(comparison.line)") }
            let open = image.scripts.filter { $0.outcome == .needsYou }
            lines += open.map { "    \($0.package): its \($0.kind.rawValue) script was not run: \($0.detail)" }
        }
        lines += bills.map { "  \($0)" }
        return lines
    }

    private func layerText(_ image: BuiltImage) -> String {
        let kinds: [(BuiltLayer.Kind, String)] = [
            (.packageBytes, "of packages' own bytes"), (.written, "written"), (.generated, "generated"),
            (.added, "added"),
        ]
        let parts = kinds.compactMap { kind, words in
            let count = image.layers.count { $0.kind == kind }
            return count == 0 ? nil : "\(count) \(words)"
        }
        return Self.count(image.layers.count, "layer") + " (" + parts.joined(separator: ", ") + ")"
    }

    private func layerLine(_ layer: BuiltLayer) -> String {
        let what =
            switch layer.kind {
            case .packageBytes, .written: layer.packages.joined(separator: " ")
            case .generated: "what no package has"
            case .added: "files in \(layer.source)"
            }
        return "    \(layer.descriptor.digest)  \(humanSize(layer.descriptor.size))  \(what)"
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func text(_ reason: RewrittenPackage.Reason) -> String {
        switch reason {
        case .version3: "an apk v3 package holds no tar archive"
        case .pathThroughLink: "its paths lead through another package's link"
        case .overstatedAttributes: "its archive has attributes of the root or of hard links that no install takes"
        case .changedFiles: "files of it are another's, or owned by users that only the image knows"
        }
    }

    private var json: JSON {
        .object([
            ("schema", .integer(1)), ("output", .string(destination.path)),
            ("format", .string(destination.format.rawValue)), ("digest", .string(report.descriptor.digest.description)),
            ("size", .integer(report.totalSize)),
            ("images", .array(zip(report.images, answers).map { imageJSON($0, $1) })),
            ("sbom", .array(bills.map { .string($0) })),
        ])
    }

    private func imageJSON(_ image: BuiltImage, _ answer: Answer) -> JSON {
        var members: [(String, JSON)] = [
            ("architecture", .string(image.architecture)), ("platform", .string(image.platform.description)),
            ("manifest", .string(image.manifest.digest.description)),
            ("config", .string(image.configuration.digest.description)), ("packages", .integer(image.packageCount)),
            ("contentSize", .integer(image.contentSize)),
            (
                "layers",
                .array(
                    image.layers.map { layer in
                        .object([
                            ("kind", .string(layer.kind.rawValue)),
                            ("digest", .string(layer.descriptor.digest.description)),
                            ("diffID", .string(layer.diffID.description)), ("size", .integer(layer.descriptor.size)),
                            ("packages", .array(layer.packages.map { .string($0) })),
                        ])
                    })
            ),
            (
                "rewritten",
                .array(
                    image.rewritten.map {
                        .object([("package", .string($0.package)), ("reason", .string($0.reason.rawValue))])
                    })
            ),
        ]
        if let comparison = BaseComparison(answer) { members.append(("withBase", comparison.json)) }
        return .object(members)
    }
}

/// What the same requests would be on top of the distribution's usual base image.
private struct BaseComparison {
    private static let base = "alpine-base"
    private let packages: Int
    private let ours: (count: Int, download: Int, installed: Int)
    private let theirs: (count: Int, download: Int, installed: Int)

    /// nil where the repositories have no such base, or the image holds it anyway.
    init?(_ answer: Answer) {
        let universe = answer.catalog.universe
        let names = Set(answer.resolution.packages.map { universe.name(of: $0) })
        guard !names.contains(Self.base), universe.name(Self.base) != nil else { return nil }
        let resolver = Resolver(universe: universe, world: answer.catalog.world)
        var options = ResolveOptions()
        options.explains = false
        guard let with = try? resolver.resolve(answer.resolution.requests + [Self.base], options: options) else {
            return nil
        }
        func totals(_ packages: [PackageID]) -> (Int, Int, Int) {
            (
                packages.count, packages.saturatingSum { Int(clamping: universe.downloadSize(of: $0)) },
                packages.saturatingSum { Int(clamping: universe.installedSize(of: $0)) }
            )
        }
        packages = with.packages.count
        ours = totals(answer.resolution.packages)
        theirs = totals(with.packages)
    }

    var line: String {
        let saved = humanSize(theirs.installed - ours.installed)
        return "on \(Self.base) it would be \(theirs.count) packages, \(humanSize(theirs.download)) to pull and "
            + "\(humanSize(theirs.installed)) installed instead of \(humanSize(ours.installed)): \(saved) more"
    }

    var json: JSON {
        .object([
            ("base", .string(Self.base)), ("packages", .integer(theirs.count)),
            ("downloadSize", .integer(theirs.download)), ("installedSize", .integer(theirs.installed)),
            ("ownDownloadSize", .integer(ours.download)), ("ownInstalledSize", .integer(ours.installed)),
        ])
    }
}
