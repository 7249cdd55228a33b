import ApkArchive
import ApkFormats
import ApkImage
import ApkRepositories
import ApkRoot
import Testing

@testable import ApkCommands

@Suite("image: texts of errors")
struct ImageErrorTexts {
    @Test(
        "each says what is wrong and what to do",
        arguments: [
            (ImageError(.systemFailure, path: "out.tar", systemError: 28), 4, "out.tar: No space left on device"),
            (
                ImageError(.outputInTheWay, path: "out"), 4,
                "out: is there and no OCI layout, so it is left alone; name another output, or remove it"
            ),
            (
                ImageError(.singleArchitecture, path: "x.tar"), 2,
                "x.tar: a docker-archive holds one architecture; take `--format oci-archive` or `--format oci` for several"
            ),
            (
                ImageError(.cannotAdd, path: "app/socket", detail: "neither a file, a directory nor a link"), 4,
                "app/socket: cannot be added: neither a file, a directory nor a link"
            ),
            (
                ImageError(.invalidPath, path: "app", detail: "an absolute path without .."), 2,
                "app: is no path that an image can have; expected an absolute path without .."
            ),
            (
                ImageError(.tooFewLayers, detail: "3"), 2, "the image needs at least 3 layers; raise `--layer-budget`"
            ),
            (
                ImageError(.malformedImage, path: "x.tar", detail: "no index.json"), 5,
                "x.tar: is no OCI image layout: no index.json"
            ),
        ] as [(ImageError, Int32, String)])
    func text(_ error: ImageError, _ status: Int32, _ message: String) {
        let text = failureText(error)
        #expect(text.status == status)
        #expect(text.message(Console(isLive: false)).shown == message)
    }

    @Test("what another module found keeps its words and its status")
    func causes() {
        let missing = RepositoryError(.noPackage, location: "/repo/x86_64/a-1.apk", detail: "a-1")
        let mismatch = ArchiveError(.dataMismatch, path: "a-1.apk", offset: 9, expected: "aa", found: "bb")
        let conflict = RootError(
            .fileConflict, path: Array("usr/x".utf8), package: "b-1", otherPackage: "a-1")
        var tree = ImageError(.badTree, package: "b-1")
        tree.root = conflict
        let cases: [(ImageError, any FailureText)] = [
            (ImageError(.unavailable, package: "a-1", repository: missing), failureText(missing)),
            (ImageError(.badPackage, package: "a-1", archive: mismatch), failureText(mismatch)),
            (tree, failureText(conflict)),
        ]
        for (error, cause) in cases {
            let text = failureText(error)
            let console = Console(isLive: false)
            #expect(text.status == cause.status)
            let package: DisplayText = error.root == nil ? "\(error.package): " : ""
            #expect(text.message(console) == package + cause.message(console))
        }
    }
}
