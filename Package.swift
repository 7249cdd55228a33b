// swift-tools-version: 6.2
import PackageDescription

/// Settings that every Swift target of this package shares.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "apkresolve",
    platforms: [.macOS(.v26)],
    products: [],
    targets: [
        // C libraries of the system.
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),

        // Values and text formats: no I/O.
        .target(name: "ApkFormats", swiftSettings: settings),
        // Integers in, plan out.
        .target(name: "ApkSolver", dependencies: ["ApkFormats"], swiftSettings: settings),
        // Bytes in, entries out: gzip members, tar, digests, signatures.
        .target(name: "ApkArchive", dependencies: ["ApkFormats", "CZlib", "COpenSSL"], swiftSettings: settings),

        .testTarget(name: "ApkFormatsTests", dependencies: ["ApkFormats", "CZlib"], swiftSettings: settings),
        .testTarget(name: "ApkSolverTests", dependencies: ["ApkSolver"], swiftSettings: settings),
        .testTarget(name: "ApkArchiveTests", dependencies: ["ApkArchive"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
