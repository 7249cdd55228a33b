import ApkArchive
import ApkFormats

@testable import ApkRoot

/// Contents of which there are none.
struct NoContents: StagedContents {
    func content(of number: UInt32) throws(RootError) -> [UInt8] { [] }
}

/// What is planned for an empty root and a package that has the file `usr/u` and a script.
func plan(script: [UInt8], links: [(path: String, target: String)] = []) throws -> RootPlan {
    let text = Array("C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:u\nV:1-r0\n\n".utf8)
    var entries = [
        StagedEntry(
            ArchiveEntry(path: Array("usr/u".utf8), kind: .regular, mode: 0o4755, size: 7), content: .staged(0))
    ]
    entries += links.map { link in
        StagedEntry(
            ArchiveEntry(path: Array(link.path.utf8), kind: .symbolicLink, linkTarget: Array(link.target.utf8)))
    }
    let package = StagedPackage(
        record: try IndexReader.records(in: text)[0],
        scripts: [PackageScript(kind: .postInstall, content: script)], entries: entries)
    return try RootPlanner.plan(
        RootChanges([.install(package, tag: nil)], world: World(parsing: Array("u".utf8))), stage: NoContents())
}

func plan(script: String, links: [(path: String, target: String)] = []) throws -> RootPlan {
    try plan(script: Array(script.utf8), links: links)
}

extension RootPlan {
    func node(_ path: String) -> RootNode? { tree[Array(path.utf8)] }

    /// What stands in a file that the plan has in memory.
    func text(_ path: String) -> String? {
        guard case .bytes(let bytes)? = node(path)?.content else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
