import ApkArchive
import ApkFormats
import ApkRepositories
import ApkSolver
import ApkTestSupport

/// Reads the packages of one index into a universe, inflated and in memory already: as the text of apk v2, or as what
/// the text says in ADB, the format of v3.
struct IndexFormatBenchmark: Benchmark {
    enum Format: String { case text, adb }

    let options: RepositoryOptions
    let format: Format
    var name: String { "parse \(format.rawValue)" }

    func setUp() throws -> () throws -> Int {
        let format = format
        let keys = try KeyRing(directory: options.keyDirectories[0])
        let path = "\(options.repositories[0])/\(options.architecture ?? "")/APKINDEX.tar.gz"
        let records = try IndexArchive(keys: keys).read(path: path).text
        let bytes =
            format == .text ? records : ADBIndexWriter.payload(of: String(decoding: records, as: UTF8.self))
        return {
            var builder = UniverseBuilder(architectures: ["x86_64"], expectedPackages: 8_000)
            let (repository, _) = try builder.addRepository(RepositorySource(location: "benchmark"), tag: nil)
            let start = builder.text.count
            builder.text += bytes
            let range = start..<builder.text.count
            switch format {
            case .text: return try builder.read(range, from: .repository(repository))
            case .adb: return try builder.readADB(range, from: .repository(repository))
            }
        }
    }
}
