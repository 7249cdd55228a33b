internal import ApkArchive
internal import ApkFormats

/// A bill of materials as SPDX 2.3 writes it (ISO/IEC 5962 and later), in JSON.
struct SPDXDocument {
    private let bill: BillOfMaterials
    private let licenses: [LicenseExpression]

    init(_ bill: BillOfMaterials) {
        self.bill = bill
        licenses = bill.components.map { LicenseExpression($0.license) }
    }

    private static let imageID = "SPDXRef-Image"
    private static let nothing = JSON.string("NOASSERTION")

    var json: JSON {
        let id = Hexadecimal.string(bill.fingerprint)
        let name = bill.name.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 } ? bill.name : "image"
        var members: [(String, JSON)] = [
            ("spdxVersion", .string("SPDX-2.3")), ("dataLicense", .string("CC0-1.0")),
            ("SPDXID", .string("SPDXRef-DOCUMENT")), ("name", .string(bill.name)),
            ("documentNamespace", .string("https://spdx.org/spdxdocs/\(Self.plain(name))-\(id)")),
            (
                "creationInfo",
                .object([
                    ("created", .string(Timestamp.text(bill.created))),
                    ("creators", .array([.string("Tool: \(bill.tool.name)-\(bill.tool.version)")])),
                    ("licenseListVersion", .string(LicenseList.version)),
                ])
            ),
            ("packages", .array([image] + bill.components.indices.map(package))),
            ("relationships", .array(relationships)),
        ]
        let references = licenses.reduce(into: [:]) { all, license in
            all.merge(license.references) { first, _ in first }
        }
        if !references.isEmpty {
            let infos = references.sorted { $0.key < $1.key }.map { reference, written in
                JSON.object([
                    ("licenseId", .string(reference)), ("name", .string(written)),
                    ("extractedText", .string("The package calls its licence: \(written)")),
                ])
            }
            members.append(("hasExtractedLicensingInfos", .array(infos)))
        }
        return .object(members)
    }

    private var image: JSON {
        var members: [(String, JSON)] = [("SPDXID", .string(Self.imageID)), ("name", .string(bill.name))]
        if let manifest = bill.manifest {
            members.append(("versionInfo", .string(manifest.description)))
            members.append(("checksums", .array([checksum(manifest.hexadecimal)])))
        }
        members += [
            ("downloadLocation", Self.nothing), ("filesAnalyzed", .bool(false)), ("licenseConcluded", Self.nothing),
            ("licenseDeclared", Self.nothing), ("copyrightText", Self.nothing),
            ("primaryPackagePurpose", .string("CONTAINER")),
            ("comment", .string("container image for \(bill.platform)")),
        ]
        return .object(members)
    }

    private func package(_ index: Int) -> JSON {
        let component = bill.components[index]
        var members: [(String, JSON)] = [
            ("SPDXID", .string(identifier(index))), ("name", .string(component.name)),
            ("versionInfo", .string(component.version)),
        ]
        if !component.maintainer.isEmpty { members.append(("originator", .string(Self.agent(component.maintainer)))) }
        members += [
            ("downloadLocation", Self.nothing), ("filesAnalyzed", .bool(false)), ("licenseConcluded", Self.nothing),
            ("licenseDeclared", licenses[index].text.map { .string($0) } ?? Self.nothing),
            ("copyrightText", Self.nothing),
        ]
        if Self.isWebAddress(component.url) { members.append(("homepage", .string(component.url))) }
        if !component.summary.isEmpty { members.append(("summary", .string(component.summary))) }
        if let source = Self.source(of: component) { members.append(("sourceInfo", .string(source))) }
        if component.buildTime > 0 { members.append(("builtDate", .string(Timestamp.text(component.buildTime)))) }
        let digests = [("apk identity", component.identity), ("datahash", component.dataHash)].filter { !$1.isEmpty }
        if !digests.isEmpty {
            members.append(("comment", .string(digests.map { "\($0) \($1)" }.joined(separator: ", "))))
        }
        members.append(
            (
                "externalRefs",
                .array([
                    .object([
                        ("referenceCategory", .string("PACKAGE-MANAGER")), ("referenceType", .string("purl")),
                        ("referenceLocator", .string(component.packageURL)),
                    ])
                ])
            ))
        return .object(members)
    }

    private var relationships: [JSON] {
        func relationship(_ from: String, _ kind: String, _ to: String) -> JSON {
            .object([
                ("spdxElementId", .string(from)), ("relationshipType", .string(kind)),
                ("relatedSpdxElement", .string(to)),
            ])
        }
        var all = [relationship("SPDXRef-DOCUMENT", "DESCRIBES", Self.imageID)]
        all += bill.components.indices.map { relationship(Self.imageID, "CONTAINS", identifier($0)) }
        for (from, needed) in bill.neededBy.enumerated() {
            all += needed.map { relationship(identifier(from), "DEPENDS_ON", identifier($0)) }
        }
        return all
    }

    /// Letters, digits, `.` and `-` only; the number keeps names apart that differ in other characters.
    private func identifier(_ index: Int) -> String {
        let component = bill.components[index]
        return "SPDXRef-Package-\(index)-" + Self.plain(component.name) + "-" + Self.plain(component.version)
    }

    private func checksum(_ hexadecimal: String) -> JSON {
        .object([("algorithm", .string("SHA256")), ("checksumValue", .string(hexadecimal))])
    }

    /// `Person: NAME (MAIL)` from `NAME <MAIL>`.
    private static func agent(_ text: String) -> String {
        guard let open = text.lastIndex(of: "<"), text.hasSuffix(">") else { return "Person: \(text)" }
        let name = text[..<open].trimming { $0 == " " }
        let mail = text[text.index(after: open)...].dropLast()
        return name.isEmpty ? "Person: \(mail)" : "Person: \(name) (\(mail))"
    }

    private static func source(of component: BillOfMaterials.Component) -> String? {
        guard !component.origin.isEmpty else { return nil }
        let commit = component.commit.isEmpty ? "" : " at commit \(component.commit)"
        return "built from the source package \(component.origin)\(commit)"
    }

    private static func plain(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
    }

    static func isWebAddress(_ text: String) -> Bool {
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && scalar.value > 0x20 && !"\"<>\\^`{|}\u{7f}".unicodeScalars.contains(scalar)
        }
    }
}

extension Substring {
    fileprivate func trimming(_ isBlank: (Character) -> Bool) -> Substring {
        var text = drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}
