internal import ApkArchive
internal import ApkFormats
internal import ApkImage
internal import ApkRepositories
internal import ApkResolver
internal import ApkRoot

/// `image`: from requests to an image for containers, without a daemon.
struct ImageVerb {
    static let entry = VerbEntry(
        name: "image",
        forms: [
            ("image REQUEST… -o FILE|DIR", "an image for containers with the closure, and nothing more"),
            ("image --plan A B", "how many bytes a pull moves from one lock or image to another"),
        ],
        details: """
            Nothing is run and no privilege is needed. By default each package's data segment is a layer as it is, so that
            the layer's digest is the hash that the distribution signed; one layer on top has what no package has: the
            database, busybox's links, users. The same packages give the same bytes, whatever the machine; their time is
            SOURCE_DATE_EPOCH, else when the newest of them was built. What --add puts in has one owner, modes 0755 and
            0644, and that time.

            An output that ends in .tar becomes a docker-archive, which is an OCI archive as well; with several
            architectures an oci-archive. Any other name becomes an OCI layout directory.
            """,
        examples: [
            "apkresolve image nodejs --add ./app:/app --entrypoint node,/app/server.js -o node.tar",
            "apkresolve image python3 --arch x86_64,aarch64 --layers origin --format oci -o python",
            "apkresolve image --plan old.lock.json apk.lock.json",
        ],
        options: ImageArguments.entries + RootArguments.entries.filter { $0.names[0] != "--simulate" }
            + ResolutionArguments.entries + LockArguments.entries,
        writesTextToOutput: false
    ) { try ImageVerb($0, $1).run() }

    private let context: VerbContext
    private var console: Console { context.console }
    private var invocation: Invocation { context.invocation }
    private var arguments: ImageArguments { invocation[ImageArguments.self] }

    init(_ invocation: Invocation, _ console: Console) { context = VerbContext(invocation, console) }

    func run() throws -> Int32 {
        if arguments.plansPull { return try PullPlanReport(context).run() }
        let destination = try destination()
        guard destination.path != "-" || arguments.bills.isEmpty else {
            throw UsageError(.unexpectedOption, argument: "--sbom", detail: "--output -")
        }
        let answers = try architectures.map { architecture in
            var invocation = invocation
            invocation.architecture = architecture
            return try VerbContext(invocation, console).answer(invocation.operands)
        }
        let images = try answers.map(contents)
        var options = arguments.options
        options.name = arguments.name ?? Self.name(of: answers[0].resolution.requests)
        options.tool = ("apkresolve", String(Help.version.split(separator: " ")[1]))
        options.run = try RootRun(context).options
        options.time = options.run.time
        options.refusesOpenScripts = invocation[RootArguments.self].isStrict
        options.cacheDirectory = try context.session.cache()?.factsDirectory
        options.additions = try arguments.additions.map(addition)
        let meter = ProgressMeter(
            context, what: "image", sizes: images.flatMap(\.packages).map(\.record.downloadSize))
        options.progress = { meter.advance($0.label, size: $0.size, finished: $0.finished) }
        // What proves packages is the signed index that named them.
        let verifier = PackageVerifier(
            keys: KeyRing(), policy: TrustPolicy(allowUntrusted: invocation.allowUntrusted))
        let supply = try context.supply()
        try supply.prepare(images.flatMap(\.packages).map(\.request))
        let builder = ImageBuilder(supply: supply, verifier: verifier, options: options)
        let report: ImageReport
        do {
            defer { meter.finish() }
            report = try builder.build(images, to: destination)
        }
        let bills = try writeBills(of: report, beside: destination)
        let text = ImageReportText(report, destination, bills, answers, context)
        // An archive on standard output leaves no room for words there.
        if destination.path == "-" {
            text.lines.forEach { context.note($0) }
        } else {
            text.show(asJSON: arguments.reportsJSON)
        }
        return 0
    }

    /// What an image of an answer holds: what an install into an empty root would write.
    private func contents(_ answer: Answer) throws -> ImageContents {
        var contents = try ImageContents(answer.resolution, answer.catalog, digests: answer.lockedDigests)
        contents.repositories = try context.repositoryOptions().repositoriesOfRoot
        contents.keys = try answer.catalog.signingKeys(options: context.repositoryOptions()).map {
            RootChanges.Key(name: $0.name, content: $0.content)
        }
        return contents
    }

    private var architectures: [String?] {
        guard let text = invocation.architecture else { return [nil] }
        var names: [String?] = []
        for name in text.split(separator: ",").map(String.init) where !names.contains(name) { names.append(name) }
        return names.isEmpty ? [nil] : names
    }

    private func destination() throws -> ImageDestination {
        guard let path = invocation.output, !path.isEmpty else {
            throw UsageError(
                .missingOperand, argument: "image", detail: "say where to write it: `-o node.tar`, or a directory")
        }
        if let format = invocation.format.flatMap({ ImageDestination.Format(rawValue: $0) }) {
            guard path != "-" || format != .oci else {
                throw UsageError(
                    .invalidValue, argument: "--output -", detail: "a directory for --format oci, or an archive format")
            }
            return ImageDestination(format: format, path: path)
        }
        if path.hasSuffix(".tar.gz") || path.hasSuffix(".tgz") {
            throw UsageError(
                .invalidValue, argument: "--output \(path)",
                detail: "a name that ends in .tar: layers are compressed already")
        }
        let isArchive = path == "-" || path.hasSuffix(".tar")
        let archive: ImageDestination.Format =
            architectures.count > 1 || path.hasSuffix(".oci.tar") ? .ociArchive : .dockerArchive
        return ImageDestination(format: isArchive ? archive : .oci, path: path)
    }

    /// `DIR[:PATH]`.
    private func addition(_ text: String) throws -> AddedDirectory {
        let owner = arguments.owner
        guard let colon = text.lastIndex(of: ":") else {
            return AddedDirectory(source: text, user: owner.user, group: owner.group)
        }
        let target = String(text[text.index(after: colon)...])
        guard colon > text.startIndex, target.hasPrefix("/") else {
            throw UsageError(
                .invalidValue, argument: "--add \(text)", detail: "DIR:PATH with an absolute PATH in the image")
        }
        return AddedDirectory(source: String(text[..<colon]), target: target, user: owner.user, group: owner.group)
    }

    /// The first request's name in the letters that tools take for an image's.
    private static func name(of requests: [String]) -> String {
        let name = (requests.first ?? "").prefix { !"<>=~@!".contains($0) }.lowercased()
        let plain = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }
        let trimmed = plain.drop { !$0.isLetter && !$0.isNumber }
        return trimmed.isEmpty ? "image" : String(trimmed)
    }

    /// Writes the bills of materials beside the image.
    ///
    /// - Returns: their paths.
    private func writeBills(of report: ImageReport, beside destination: ImageDestination) throws -> [String] {
        var paths: [String] = []
        let base = destination.path.hasSuffix("/") ? String(destination.path.dropLast()) : destination.path
        for format in arguments.bills {
            for image in report.images {
                let middle = report.images.count > 1 ? ".\(image.architecture)" : ""
                let path = base + middle + format.fileSuffix
                if let code = writeWhole(image.bill.document(format), to: path) {
                    throw RepositoryError(.unwritable, location: path, detail: systemMessage(code))
                }
                paths.append(path)
            }
        }
        return paths
    }
}
