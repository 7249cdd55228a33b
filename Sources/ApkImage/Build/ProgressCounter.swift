internal import ApkArchive

/// Counts packages that are done, and tells of them one at a time.
final class ProgressCounter: Sendable {
    private let total: Int
    private let report: (@Sendable (ImageProgress) -> Void)?
    private let finished = Locked<Set<String>>([])

    init(total: Int, _ report: (@Sendable (ImageProgress) -> Void)?) {
        self.total = total
        self.report = report
    }

    /// A package is done; one that has to be done again counts once.
    func advance(_ package: OpenedPackage) {
        guard let report else { return }
        finished.withLock { finished in
            guard finished.insert(package.label).inserted else { return }
            report(
                ImageProgress(label: package.label, size: package.size, finished: finished.count, total: total))
        }
    }
}
