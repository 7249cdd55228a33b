internal import ApkArchive
internal import ApkFormats

/// A bill of materials as CycloneDX 1.5 (ECMA-424) writes it, in JSON.
struct CycloneDXDocument {
    private let bill: BillOfMaterials

    init(_ bill: BillOfMaterials) { self.bill = bill }

    private static let imageReference = "image"

    var json: JSON {
        let tool = JSON.object([
            ("type", .string("application")), ("name", .string(bill.tool.name)),
            ("version", .string(bill.tool.version)),
        ])
        let needed = bill.neededBy
        let top = JSON.object([
            ("ref", .string(Self.imageReference)), ("dependsOn", .array(roots(needed).map { reference($0) })),
        ])
        return .object([
            ("$schema", .string("http://cyclonedx.org/schema/bom-1.5.schema.json")),
            ("bomFormat", .string("CycloneDX")), ("specVersion", .string("1.5")),
            ("serialNumber", .string("urn:uuid:" + uuid)), ("version", .integer(1)),
            (
                "metadata",
                .object([
                    ("timestamp", .string(Timestamp.text(bill.created))),
                    ("tools", .object([("components", .array([tool]))])), ("component", image),
                ])
            ),
            ("components", .array(bill.components.indices.map(component))),
            (
                "dependencies",
                .array(
                    [top]
                        + bill.components.indices.map { index in
                            .object([
                                ("ref", reference(index)), ("dependsOn", .array(needed[index].map { reference($0) })),
                            ])
                        })
            ),
        ])
    }

    private var image: JSON {
        var members: [(String, JSON)] = [
            ("type", .string("container")), ("bom-ref", .string(Self.imageReference)), ("name", .string(bill.name)),
        ]
        if let manifest = bill.manifest {
            members.append(("version", .string(manifest.description)))
            members.append(("hashes", hashes(manifest.hexadecimal)))
        }
        members.append(("properties", properties([("platform", bill.platform.description)])))
        return .object(members)
    }

    private func component(_ index: Int) -> JSON {
        let component = bill.components[index]
        var members: [(String, JSON)] = [("type", .string("library")), ("bom-ref", reference(index))]
        if !component.maintainer.isEmpty { members.append(("publisher", .string(component.maintainer))) }
        members += [("name", .string(component.name)), ("version", .string(component.version))]
        if !component.summary.isEmpty { members.append(("description", .string(component.summary))) }
        let license = LicenseExpression(component.license)
        if let text = license.text {
            // An expression may not name what only SPDX documents can explain; its words stand as they were written.
            let value: JSON =
                license.isListed
                ? .object([("license", .object([("id", .string(text))]))])
                : license.references.isEmpty
                    ? .object([("expression", .string(text))])
                    : .object([("license", .object([("name", .string(component.license))]))])
            members.append(("licenses", .array([value])))
        }
        members.append(("purl", .string(component.packageURL)))
        if SPDXDocument.isWebAddress(component.url) {
            members.append(
                (
                    "externalReferences",
                    .array([.object([("type", .string("website")), ("url", .string(component.url))])])
                ))
        }
        let facts = [
            ("apk:architecture", component.architecture), ("apk:origin", component.origin),
            ("apk:commit", component.commit), ("apk:identity", component.identity),
            ("apk:datahash", component.dataHash), ("apk:repository", component.repository),
        ].filter { !$1.isEmpty }
        members.append(("properties", properties(facts)))
        return .object(members)
    }

    /// The packages that no other needs: what the requests asked for.
    private func roots(_ needed: [[Int]]) -> [Int] {
        let inner = Set(needed.joined())
        return bill.components.indices.filter { !inner.contains($0) }
    }

    private func reference(_ index: Int) -> JSON { .string(bill.components[index].packageURL) }

    private func hashes(_ hexadecimal: String) -> JSON {
        .array([.object([("alg", .string("SHA-256")), ("content", .string(hexadecimal))])])
    }

    private func properties(_ pairs: [(String, String)]) -> JSON {
        .array(pairs.map { .object([("name", .string($0)), ("value", .string($1))]) })
    }

    /// The fingerprint in the form of a UUID of version 8, which leaves its bits to the application.
    private var uuid: String {
        var bytes = bill.fingerprint
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array(Hexadecimal.string(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}
