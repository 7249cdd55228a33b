import ApkImage
import ApkTestSupport
import Foundation
import Testing

@Suite("Bills of materials")
struct BillTests {
    static var bill: BillOfMaterials {
        var musl = BillOfMaterials.Component(name: "musl", version: "1.2.4_git20230717-r4", architecture: "x86_64")
        musl.license = "MIT"
        musl.maintainer = "Timo Teräs <timo.teras@iki.fi>"
        musl.url = "https://musl.libc.org/"
        musl.origin = "musl"
        musl.commit = String(repeating: "a", count: 40)
        musl.buildTime = 1_700_000_000
        musl.identity = "Q1bC0czvEJH7WmK58XQiahmMdYqYg="
        musl.dataHash = String(repeating: "0", count: 64)
        var tool = BillOfMaterials.Component(name: "libstdc++", version: "13.2.1~git-r0", architecture: "x86_64")
        tool.license = "custom:own AND MIT"
        tool.maintainer = "<nobody@example.org>"
        tool.url = "not a url \" <x>"
        tool.summary = "words with \"quotes\", \\ and\ttabs"
        return BillOfMaterials(
            name: "example:latest", manifest: BlobDigest("sha256:" + String(repeating: "1", count: 64)),
            platform: Platform(architecture: "arm64", variant: "v8"), created: 1_700_000_000,
            tool: ("apkresolve", "1.0"), components: [musl, tool], dependencies: [.init(from: 1, to: 0)])
    }

    @Test(
        "package URLs escape what they must",
        arguments: [
            ("libstdc++", "1~2-r0", "pkg:apk/alpine/libstdc%2B%2B@1~2-r0?arch=x86_64"),
            ("A b", "1_2", "pkg:apk/alpine/a%20b@1_2?arch=x86_64"),
        ])
    func packageURL(_ name: String, _ version: String, _ url: String) {
        #expect(BillOfMaterials.Component(name: name, version: version, architecture: "x86_64").packageURL == url)
    }

    @Test("the same bill is the same text; another has another name", arguments: BillOfMaterials.Format.allCases)
    func deterministic(_ format: BillOfMaterials.Format) {
        var other = Self.bill
        other.created += 1
        #expect(Self.bill.document(format) == Self.bill.document(format))
        #expect(Self.bill.document(format) != other.document(format))
    }

    /// A Python with the validators of both specifications; nil where there is none.
    private static let python: ExternalTool? = {
        guard let tool = ExternalTool("python3"),
            let run = try? tool.run(["-c", "import cyclonedx.validation.json, spdx_tools.spdx, jsonschema"]),
            run.status == 0
        else { return nil }
        return tool
    }()

    @Test(
        "documents are valid for the specifications' own validators",
        .enabled(if: python != nil, "cyclonedx-python-lib[json-validation] and spdx-tools are not installed"))
    func valid() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("bill-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for format in BillOfMaterials.Format.allCases {
            let file = directory.appendingPathComponent("bill" + format.fileSuffix)
            try Data(Self.bill.document(format).utf8).write(to: file)
        }
        let script = """
            import sys
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
            from spdx_tools.spdx.parser.parse_anything import parse_file
            from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
            error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open("bill.cdx.json").read())
            messages = validate_full_spdx_document(parse_file("bill.spdx.json"))
            print(error, [m.validation_message for m in messages])
            """
        let run = try #require(Self.python).run(["-c", script], directory: directory.path)
        #expect(run.output == "None []\n", "\(run.errors)")
    }
}
