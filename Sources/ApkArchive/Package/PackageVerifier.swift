internal import ApkFormats

/// Reads package files and decides whether they are to be believed. The only maker of ``VerifiedPackage``.
///
/// There are two ways to trust a package, as in apk: a signed index names exactly this file, whose own signature is then
/// not looked at (most of Wolfi's packages have none); or the file carries a signature by a trusted key itself.
public struct PackageVerifier: Sendable {
    public var keys: KeyRing
    public var policy: TrustPolicy
    public var limits: ArchiveLimits
    /// The architectures that packages may be for, beside `noarch`; empty accepts every one.
    public var architectures: [String]

    public init(
        keys: KeyRing, policy: TrustPolicy = TrustPolicy(), limits: ArchiveLimits = ArchiveLimits(),
        architectures: [String] = []
    ) {
        self.keys = keys
        self.policy = policy
        self.limits = limits
        self.architectures = architectures
    }

    /// Reads and proves the control part of a package file.
    ///
    /// - Parameter expectation: what a signed index says about the file; nil for a file that must prove itself.
    /// - Throws: the trust errors such as ``ArchiveError/Code/unsigned`` and ``ArchiveError/Code/identityMismatch``, and
    ///   what is wrong with a malformed package in any case.
    public func verify(
        _ file: any RandomAccessFile, expecting expectation: PackageExpectation? = nil
    ) throws(ArchiveError) -> VerifiedPackage {
        var links: [ChainLink] = []
        return try verify(file, expecting: expectation, links: &links)
    }

    /// Opens the file at a path, reads and proves its control part.
    public func verify(
        path: String, expecting expectation: PackageExpectation? = nil
    ) throws(ArchiveError) -> VerifiedPackage {
        try verify(OpenFile(path: path), expecting: expectation)
    }

    /// The same as ``verify(_:expecting:)``; `links` has the links that were checked even when one of them fails.
    func verify(
        _ file: any RandomAccessFile, expecting expectation: PackageExpectation?, links: inout [ChainLink]
    ) throws(ArchiveError) -> VerifiedPackage {
        do throws(ArchiveError) {
            let size = try file.size()
            try checkSize(size, expectation, &links)
            let isVersion3 = try file.bytes(3, at: 0).elementsEqual("ADB".utf8)
            return try isVersion3
                ? verifyVersion3(file, size: size, expectation, &links)
                : verifyVersion2(file, size: size, expectation, &links)
        } catch {
            throw error.at(path: file.name)
        }
    }

    private func checkSize(
        _ size: Int, _ expectation: PackageExpectation?, _ links: inout [ChainLink]
    ) throws(ArchiveError) {
        guard let expected = expectation?.downloadSize else { return }
        let link = ChainLink(kind: .size, outcome: .proved, detail: String(size))
        try prove(link, &links) { () throws(ArchiveError) in
            guard size == expected else {
                throw ArchiveError(.sizeMismatch, offset: size, expected: String(expected), found: String(size))
            }
        }
    }

    /// Notes a link as it turns out.
    func prove(
        _ link: ChainLink, _ links: inout [ChainLink], _ check: () throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        do {
            try check()
            links.append(link)
        } catch {
            links.append(ChainLink(kind: link.kind, outcome: .failed, detail: error.found))
            throw error
        }
    }
}

// MARK: - What both formats have in common

extension PackageVerifier {
    /// Compares what the package calls itself with what the index calls it and with what is wanted.
    func checkMetadata(
        of record: IndexRecord, _ expectation: PackageExpectation?, _ links: inout [ChainLink]
    ) throws(ArchiveError) {
        let detail = record.description + (record.architecture.map { " " + $0 } ?? "")
        try prove(ChainLink(kind: .metadata, outcome: .proved, detail: detail), &links) { () throws(ArchiveError) in
            try checkNames(of: record)
            let architecture = record.architecture ?? "noarch"
            if let expectation {
                try agree("name", expectation.name, record.name)
                try agree("version", expectation.version, record.version)
                // Indexes may be written with the repository's architecture in place of noarch.
                if let expected = expectation.architecture, architecture != "noarch" {
                    try agree("architecture", expected, architecture)
                }
            }
            guard architectures.isEmpty || architecture == "noarch" || architectures.contains(architecture) else {
                throw ArchiveError(
                    .wrongArchitecture, name: Array(record.description.utf8),
                    expected: (architectures + ["noarch"]).joined(separator: ", "), found: architecture)
            }
        }
    }

    /// Names become parts of paths and URLs, so what cannot be one is refused, whoever signed it.
    private func checkNames(of record: IndexRecord) throws(ArchiveError) {
        do throws(FormatError) {
            _ = try PathComponent(record.name, field: "pkgname")
            _ = try PathComponent(record.version, field: "pkgver")
            _ = try PathComponent.packageFile(name: record.name, version: record.version)
            if let architecture = record.architecture { _ = try PathComponent(architecture, field: "arch") }
            // One name can be written in several ways beyond ASCII, and would then be two here and one there.
            for (field, text) in [("pkgname", record.name), ("arch", record.architecture ?? "")] {
                guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
                    throw FormatError(.invalidName, field: field, text: text, expected: "a name of ASCII characters")
                }
            }
            guard record.buildTime <= UInt32.max else {
                throw FormatError(
                    .invalidValue, field: "builddate", text: String(record.buildTime),
                    expected: "seconds between 0 and 2^32")
            }
            guard Version.isValid(record.version) else {
                throw FormatError(
                    .invalidVersion, field: "pkgver", text: record.version, expected: "a version such as 1.2.3-r0")
            }
        } catch {
            throw ArchiveError(.badPackageInfo, name: Array((error.field ?? "").utf8), format: error)
        }
    }

    private func agree(_ field: String, _ expected: String, _ found: String) throws(ArchiveError) {
        guard expected != found else { return }
        throw ArchiveError(.metadataMismatch, name: Array(field.utf8), expected: expected, found: found)
    }

    /// What the index and the package say differently about other packages.
    func warnings(for record: IndexRecord, _ expectation: PackageExpectation?) -> [PackageWarning] {
        guard let relations = expectation?.relations else { return [] }
        var warnings: [PackageWarning] = []
        func compare(_ field: String, _ index: [Dependency], _ package: [Dependency]) {
            let (index, package) = (Set(index.map(\.description)), Set(package.map(\.description)))
            guard index != package else { return }
            warnings.append(
                .relationsDiffer(
                    field: field, onlyInIndex: index.subtracting(package).sorted(),
                    onlyInPackage: package.subtracting(index).sorted()))
        }
        compare("depend", relations.dependencies, record.dependencies)
        compare("provides", relations.provides, record.provides)
        compare("install_if", relations.installIf, record.installIf)
        return warnings
    }

    /// How many bytes a package's files may have, bounded by the size that a signed index tells.
    func contentLimit(_ expectation: PackageExpectation?) -> Int? {
        guard let size = expectation?.installedSize else { return nil }
        let (doubled, overflow) = size.multipliedReportingOverflow(by: 2)
        let (limit, overflow2) = doubled.addingReportingOverflow(limits.installedSizeSlack)
        return overflow || overflow2 ? nil : limit
    }
}
