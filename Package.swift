// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where `.ci/run` asks for it, not for those who build with a newer toolchain.
let warnings: SwiftSetting =
    Context.environment["APKRESOLVE_WARNINGS"] == "errors"
    ? .treatAllWarnings(as: .error) : .treatAllWarnings(as: .warning)

/// Settings that every Swift target of this package shares.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    warnings,
]

let package = Package(
    name: "apkresolve",
    platforms: [.macOS(.v26)],
    products: [
        .library(
            name: "ApkResolver",
            targets: [
                "ApkFormats", "ApkSolver", "ApkArchive", "ApkRoot", "ApkRepositories", "ApkResolver", "ApkDrawing",
            ]),
        .library(name: "ApkTransport", targets: ["ApkTransport"]),
        .executable(name: "apkresolve", targets: ["apkresolve"]),
        .executable(name: "apkresolve-transport", targets: ["apkresolve-transport"]),
    ],
    targets: [
        // C libraries of the system.
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CFileAttributes"),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),

        // Values and text formats: no I/O.
        .target(name: "ApkFormats", swiftSettings: settings),
        // Integers in, plan out.
        .target(name: "ApkSolver", dependencies: ["ApkFormats"], swiftSettings: settings),
        // Bytes in, entries out: gzip members, tar, digests, signatures.
        .target(name: "ApkArchive", dependencies: ["ApkFormats", "CZlib", "COpenSSL"], swiftSettings: settings),
        // All packages of a run as one tree in memory, then a root below one descriptor: files, database, scripts.
        .target(
            name: "ApkRoot", dependencies: ["ApkFormats", "ApkArchive", "CFileAttributes"], swiftSettings: settings),
        // Directories of repositories and roots: opened, verified, read into a universe.
        .target(
            name: "ApkRepositories", dependencies: ["ApkFormats", "ApkSolver", "ApkArchive"], swiftSettings: settings),
        // The library's front door: requests in, an install set or an explained failure out; and from a set to a root.
        .target(
            name: "ApkResolver",
            dependencies: ["ApkFormats", "ApkSolver", "ApkArchive", "ApkRoot", "ApkRepositories"],
            swiftSettings: settings),
        // Images for containers: layers, layouts, bills of materials.
        .target(
            name: "ApkImage",
            dependencies: ["ApkFormats", "ApkArchive", "ApkRoot", "ApkSolver", "ApkRepositories", "ApkResolver"],
            swiftSettings: settings),
        // Graphs laid out and drawn: values in, SVG, HTML and DOT text out.
        .target(
            name: "ApkDrawing", dependencies: ["ApkFormats", "ApkSolver", "ApkResolver"], swiftSettings: settings),
        // The command line: options, tables, JSON, texts for people.
        .target(
            name: "ApkCommands",
            dependencies: [
                "ApkFormats", "ApkSolver", "ApkArchive", "ApkRoot", "ApkImage", "ApkRepositories", "ApkResolver",
                "ApkDrawing",
            ],
            swiftSettings: settings),
        // HTTP(S) with Foundation's networking, for programs that link it.
        .target(name: "ApkTransport", dependencies: ["ApkRepositories"], swiftSettings: settings),
        // The same as a program of its own, which the command starts when there is something to fetch: the command itself
        // must not load networking. A dependency on a program is built with the command and not linked into it, but the
        // libraries behind the program would be; so its folder has a link to ApkTransport's sources.
        .executableTarget(
            name: "apkresolve-transport", dependencies: ["ApkRepositories"], swiftSettings: settings),
        .executableTarget(
            name: "apkresolve", dependencies: ["ApkCommands", "apkresolve-transport"], swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(platforms: [.linux], configuration: .release))]),

        .executableTarget(
            name: "apkresolve-benchmarks",
            dependencies: [
                "ApkArchive", "ApkFormats", "ApkImage", "ApkRepositories", "ApkResolver", "ApkRoot", "ApkSolver",
                "ApkTestSupport", "CZlib",
            ],
            path: "Benchmarks/ApkResolveBenchmarks", swiftSettings: settings),

        // Builders of archives, keys and packages that the tests share.
        .target(
            name: "ApkTestSupport", dependencies: ["CZlib", "COpenSSL"], path: "Tests/ApkTestSupport",
            swiftSettings: settings),
        .testTarget(name: "ApkFormatsTests", dependencies: ["ApkFormats", "CZlib"], swiftSettings: settings),
        .testTarget(name: "ApkSolverTests", dependencies: ["ApkSolver", "ApkTestSupport"], swiftSettings: settings),
        .testTarget(name: "ApkArchiveTests", dependencies: ["ApkArchive", "ApkTestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ApkRootTests", dependencies: ["ApkRoot", "ApkArchive", "ApkFormats", "ApkTestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ApkResolverTests",
            dependencies: [
                "ApkResolver", "ApkFormats", "ApkSolver", "ApkArchive", "ApkRoot", "ApkRepositories", "ApkTestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ApkTransportTests",
            dependencies: [
                "ApkTransport", "ApkRepositories", "ApkFormats", "ApkSolver", "ApkArchive", "ApkTestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ApkImageTests",
            dependencies: [
                "ApkImage", "ApkFormats", "ApkArchive", "ApkRoot", "ApkRepositories", "ApkSolver", "ApkTestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ApkDrawingTests", dependencies: ["ApkDrawing", "ApkRepositories", "ApkResolver", "ApkTestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ApkCommandsTests",
            dependencies: [
                "ApkCommands", "ApkFormats", "ApkSolver", "ApkArchive", "ApkImage", "ApkRepositories", "ApkRoot",
                "ApkTestSupport",
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// Fuzz targets need the fuzzer's runtime and instrumentation, so they are only there where they are asked for;
// Tests/Fuzz/README.md has the command.
if Context.environment["APKRESOLVE_FUZZ"] != nil {
    package.targets += [
        .executableTarget(
            name: "apkresolve-fuzz", dependencies: ["ApkFormats", "ApkArchive", "ApkRoot", "ApkSolver"],
            path: "Tests/Fuzz/ApkResolveFuzz", swiftSettings: settings)
    ]
}
