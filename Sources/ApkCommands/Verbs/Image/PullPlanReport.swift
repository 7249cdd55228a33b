internal import ApkArchive
internal import ApkFormats
internal import ApkImage
internal import ApkRepositories

/// `image --plan A B`: what a pull moves.
struct PullPlanReport {
    private let context: VerbContext
    private var arguments: ImageArguments { context.invocation[ImageArguments.self] }
    private var architecture: String { context.invocation.architecture ?? RepositoryOptions.hostArchitecture }

    init(_ context: VerbContext) { self.context = context }

    func run() throws -> Int32 {
        let operands = context.invocation.operands
        guard operands.count == 2 else {
            throw UsageError(
                .missingOperand, argument: "image --plan",
                detail: "name two locks or images: `image --plan old.lock.json apk.lock.json`")
        }
        let plan = PullPlan(from: try image(operands[0]), to: try image(operands[1]))
        if arguments.reportsJSON { context.console.write(exactly: json(plan).pretty) } else { show(plan) }
        return 0
    }

    private func image(_ path: String) throws -> PlannedImage {
        guard !isDirectory(path), try startsWithBrace(path) else {
            return try PlannedImage(layout: path, architecture: architecture)
        }
        let lock = try context.readLock(path)
        guard let section = lock[architecture] ?? (lock.sections.count == 1 ? lock.sections[0] : nil) else {
            throw RepositoryError(
                .noLockedArchitecture, location: path,
                detail: ([architecture] + lock.sections.map(\.architecture)).joined(separator: " "))
        }
        return PlannedImage(section, arguments.options.strategy, budget: max(1, arguments.options.layerBudget - 1))
    }

    /// Whether a file is JSON, as locks are, rather than an archive.
    private func startsWithBrace(_ path: String) throws -> Bool {
        do throws(ArchiveError) {
            return try OpenFile(path: path).bytes(1, at: 0) == [UInt8(ascii: "{")]
        } catch {
            throw RepositoryError(.unreadable, location: path, cause: error)
        }
    }

    private func show(_ plan: PullPlan) {
        for (sign, layers) in [("-", plan.dropped), ("+", plan.moved)] {
            for layer in layers {
                let size = (layer.isExact ? "" : "about ") + humanSize(layer.size)
                context.console.line("\(sign) \(Self.name(of: layer))  \(size)")
            }
        }
        let layers = ImageReportText.count(plan.moved.count, "layer")
        let all = plan.moved.count + plan.present.count
        context.console.line(
            "\(humanSize(plan.movedSize)) (\(plan.movedSize) bytes) in \(layers) of \(all) to pull, "
                + "\(humanSize(plan.totalSize)) in all")
        if plan.isFromLocks {
            context.note("counted are layers of packages; the generated layer and added ones come on top")
        }
    }

    private static func name(of layer: PullPlan.Layer) -> String {
        let more = layer.contents.count - 4
        return layer.contents.prefix(4).joined(separator: " ") + (more > 0 ? " and \(more) more" : "")
    }

    private func json(_ plan: PullPlan) -> JSON {
        func list(_ layers: [PullPlan.Layer]) -> JSON {
            .array(
                layers.map { layer in
                    .object([
                        ("contents", .array(layer.contents.map { .string($0) })), ("size", .integer(layer.size)),
                        ("exact", .bool(layer.isExact)),
                    ])
                })
        }
        return .object([
            ("schema", .integer(1)), ("movedSize", .integer(plan.movedSize)), ("totalSize", .integer(plan.totalSize)),
            ("moved", list(plan.moved)), ("present", list(plan.present)), ("dropped", list(plan.dropped)),
        ])
    }
}
