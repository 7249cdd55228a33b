import ApkArchive
import ApkFormats
import ApkImage
import ApkRepositories
import ApkResolver
import ApkRoot

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Builds images, on one thread so that time is work; beside it the same packages only extracted, as the measure.
struct ImageBenchmark: Benchmark {
    enum Work: String, CaseIterable {
        /// Packages inflated, verified and written as files.
        case extraction = "extracted, for comparison"
        /// Layers of packages' own bytes, nothing known of them: one inflate for the diff ids.
        case first = "layers of packages' own bytes, first time"
        /// The same with the diff ids known to the cache.
        case again = "layers of packages' own bytes, again"
        case single = "one layer"
    }

    let contents: ImageContents
    let work: Work
    /// An existing directory for what is made.
    let scratch: String
    var name: String { "image of \(contents.packages.count) packages: \(work.rawValue)" }

    /// All works on one closure; empty where the repositories have no package files, only indexes.
    static func all(_ options: RepositoryOptions, in scratch: String) -> [ImageBenchmark] {
        let requests = ["alpine-base", "openssh", "chrony", "dhcpcd", "wpa_supplicant", "tiny-cloud-alpine", "wget"]
        guard let catalog = try? Catalog.load(options),
            let resolution = try? Resolver(universe: catalog.universe).resolve(requests),
            let contents = try? ImageContents(resolution, catalog),
            contents.packages.allSatisfy({
                (try? LocalSupply().open($0.request)) != nil || $0.record.installedSize == 0
            })
        else { return [] }
        return Work.allCases.map { ImageBenchmark(contents: contents, work: $0, scratch: scratch) }
    }

    func setUp() throws -> () throws -> Int {
        let directory = scratch + "/image"
        mkdir(directory, 0o755)
        let contents = contents
        let verifier = PackageVerifier(keys: KeyRing())
        if work == .extraction {
            let packages = contents.packages.filter { $0.record.installedSize > 0 }
            let sizes = packages.map(\.record.downloadSize)
            return {
                let stage = try Stage(path: directory)
                defer { try? stage.remove() }
                let staged = try PackageStaging(stage: stage, threads: 1).run(sizes: sizes) { index in
                    let request = packages[index].request
                    return try verifier.verify(LocalSupply().open(request), expecting: request.expectation)
                }
                return staged.reduce(0) { $0 + $1.entries.count }
            }
        }
        var options = ImageOptions()
        options.threads = 1
        options.strategy = work == .single ? .single : .package
        if work == .again { options.cacheDirectory = directory + "/cache" }
        let builder = ImageBuilder(supply: LocalSupply(), verifier: verifier, options: options)
        let destination = ImageDestination(format: .ociArchive, path: directory + "/image.tar")
        return {
            defer { unlink(destination.path) }
            return try builder.build([contents], to: destination).totalSize
        }
    }
}
