import ApkArchive
import ApkFormats
import ApkRepositories
import ApkSolver
import ApkTestSupport
import ApkTransport
import Foundation
import Synchronization
import Testing

/// Packages: the hash decides, mirrors follow each other, and credentials stay where they belong.
@Suite struct PackageTransferTests {
    /// Some packages of the fixture and what to ask for them.
    private func requests(_ options: RepositoryOptions, _ count: Int = 8) throws -> [PackageRequest] {
        let catalog = try Catalog.load(options)
        return try catalog.universe.allPackages.filter { catalog.universe.installedSize(of: $0) > 0 }.prefix(count)
            .map { try catalog.request(for: $0) }
    }

    @Test func packagesAreFetchedOverFewConnectionsAndOnce() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        defer { server.stop() }
        let options = FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: cache)
        let requests = try requests(options, 40)
        let supply = try RemoteSupply(options.remote)
        #expect(try supply.fetch(requests).allSatisfy { $0 })
        #expect(server.requests.count == requests.count + 1)
        // Connections are kept: how many more than threads there are depends on which thread comes first.
        #expect(server.connections <= 2 * options.remote.policy.connections)
        #expect(try supply.fetch(requests).allSatisfy { !$0 })
        #expect(server.requests.count == requests.count + 1)
        for request in requests {
            let package = try PackageVerifier(keys: KeyRing()).verify(
                supply.open(request), expecting: request.expectation)
            _ = try package.verifyContents()
        }
        #expect(FixtureMirror.poison(in: cache) == [])
    }

    /// What a mirror may send instead of a package of the same name.
    @Test(arguments: ["other bytes", "another length", "more than it should", "another package", "404", "500"])
    func theNextMirrorIsAsked(_ fault: String) throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let bad = try FixtureMirror.server { request in
            guard request.path.hasSuffix(".apk"), var bytes = FixtureMirror.content(request.path) else { return nil }
            switch fault {
            case "other bytes": bytes[bytes.count - 20] ^= 1
            case "another length": bytes.append(0)
            case "more than it should":
                let chunks = String(repeating: "400\r\n" + String(repeating: "0", count: 1024) + "\r\n", count: 2048)
                return .raw(
                    "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, end: .close)
            case "another package":
                let length = bytes.count
                bytes = FixtureMirror.content("/x86_64/musl-1.2.4_git20230717-r4.apk") ?? []
                bytes = Array((bytes + [UInt8](repeating: 0, count: length)).prefix(length))
            case "404": return .status(404)
            default: return .status(500)
            }
            return .file(bytes, for: request)
        }
        defer { bad.stop() }
        let good = try FixtureMirror.server()
        defer { good.stop() }
        let url = "http://127.0.0.1:\(bad.port)"
        var options = FixtureMirror.options(url, cache: cache)
        let requests = try requests(options).filter { !$0.label.hasPrefix("musl-") }
        #expect(throws: RepositoryError.self) { try RemoteSupply(options.remote).fetch(requests) }
        #expect(FixtureMirror.poison(in: cache) == [])
        #expect(FixtureMirror.leftovers(in: cache) == [])
        options.remote.mirrors = [try #require(Mirror("\(url)=http://127.0.0.1:\(good.port)"))]
        let supply = try RemoteSupply(options.remote)
        try supply.fetch(requests)
        for request in requests {
            _ = try PackageVerifier(keys: KeyRing()).verify(supply.open(request), expecting: request.expectation)
                .verifyContents()
        }
        #expect(good.requests.count == requests.count)
        #expect(FixtureMirror.poison(in: cache) == [])
    }

    @Test func credentialsAreSentToTheirHostAndShownNowhere() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let elsewhere = try FixtureMirror.server()
        defer { elsewhere.stop() }
        let target = "http://localhost:\(elsewhere.port)"
        let server = try FixtureMirror.server { request in
            guard request.fields["authorization"] == "Basic dXNlcjpzM2NyZXQvcHc=" else { return .status(401) }
            return request.path.contains("/musl-") ? .status(302, ["Location: \(target)\(request.path)"]) : nil
        }
        defer { server.stop() }
        let options = FixtureMirror.options("http://user:s3cret%2Fpw@127.0.0.1:\(server.port)", cache: cache)
        let catalog = try Catalog.load(options)
        #expect(catalog.repositories[0].location == "http://user:*@127.0.0.1:\(server.port)")
        let musl = try #require(catalog.universe.allPackages.first { catalog.universe.name(of: $0) == "musl" })
        try RemoteSupply(options.remote).fetch([try catalog.request(for: musl)])
        #expect(elsewhere.requests.count == 1)
        #expect(elsewhere.requests[0].fields["authorization"] == nil)
        // Nothing in the cache knows the password, and no error says it.
        for file in FileManager.default.enumerator(atPath: cache)?.compactMap({ $0 as? String }) ?? [] {
            let bytes = FileManager.default.contents(atPath: cache + "/" + file) ?? Data()
            #expect(bytes.range(of: Data("s3cret".utf8)) == nil)
        }
        let wrong = FixtureMirror.options("http://user:wr0ng@127.0.0.1:\(server.port)", cache: cache)
        let error = #expect(throws: RepositoryError.self) { _ = try Catalog.load(wrong) }
        #expect(error.map { !String(describing: $0).contains("wr0ng") } == true)
        #expect(error?.failures.first?.transport?.status == 401)
    }

    @Test(arguments: [
        ("basic:*:user:s3cret/pw", true), ("basic:127.0.0.1:user:s3cret/pw", true),
        ("basic:example.org:user:pw", false),
        ("digest:*:user:pw", false),
    ])
    func theEnvironmentMayHoldCredentials(_ value: String, _ isRight: Bool) throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server {
            $0.fields["authorization"] == "Basic dXNlcjpzM2NyZXQvcHc=" ? nil : .status(401)
        }
        defer { server.stop() }
        var options = FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: cache)
        options.remote.transport = URLSessionTransport(environment: ["HTTP_AUTH": value])
        #expect(((try? Catalog.load(options)) != nil) == isRight)
    }

    /// Fails the test when it is asked for anything.
    private struct ForbiddenTransport: Transport {
        let touched = Touched()
        final class Touched: Sendable { let count = Atomic<Int>(0) }
        func fetch(
            _ request: TransportRequest, progress: @escaping @Sendable (Int) -> Void
        ) throws(TransportError) -> TransportResponse {
            touched.count.add(1, ordering: .relaxed)
            throw TransportError(.connectionFailed)
        }
    }

    @Test func offlineNothingIsAskedForAndTheLocksKeyIsEnough() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        let url = "http://127.0.0.1:\(server.port)"
        var options = FixtureMirror.options(url, cache: cache)
        let catalog = try Catalog.load(options)
        let wanted = try requests(options)
        try RemoteSupply(options.remote).fetch(wanted)
        server.stop()
        let forbidden = ForbiddenTransport()
        options.remote.transport = forbidden
        options.remote.isOffline = true
        // No directory of keys: the index is the one that the lock names, and the cache has the key that signed it.
        let noKeys = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: noKeys) }
        options.keyDirectories = [noKeys]
        #expect(throws: RepositoryError.self) { _ = try Catalog.load(options) }
        options.remote.pinnedIndexes = [url: catalog.repositories[0].sha256]
        #expect(try Catalog.load(options).repositories == catalog.repositories)
        let supply = try RemoteSupply(options.remote)
        #expect(try supply.fetch(wanted).allSatisfy { !$0 })
        #expect(forbidden.touched.count.load(ordering: .relaxed) == 0)
        let other = PackageRequest(
            label: "absent-1", locations: [url + "/x86_64/absent-1.apk"],
            expectation: PackageExpectation(
                name: "absent", version: "1", architecture: nil,
                identity: Checksum(bytes: [UInt8](repeating: 9, count: 20))!))
        let error = #expect(throws: RepositoryError.self) { _ = try supply.open(other) }
        #expect(error?.code == .offline)
        #expect(forbidden.touched.count.load(ordering: .relaxed) == 0)
    }

    @Test func theLockedFileIsDemandedWhileItArrives() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        defer { server.stop() }
        let options = FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: cache)
        var request = try requests(options, 1)[0]
        request.sha256 = String(repeating: "0", count: 64)
        let error = #expect(throws: RepositoryError.self) { _ = try RemoteSupply(options.remote).open(request) }
        #expect(error?.failures.first?.transport?.code == .digestMismatch)
    }

    /// GHSA-3fqg-8hpf-5682: a package in the cache that is not what was put there, or not the one that its name says, is
    /// fetched again, and refused where nothing may be fetched.
    @Test(arguments: ["a bit", "cut short", "more bytes", "another package", "nothing"])
    func aPackageThatWasDamagedInTheCacheIsNotUsed(_ damage: String) throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        defer { server.stop() }
        var options = FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: cache)
        let requests = try requests(options, 2)
        let supply = try RemoteSupply(options.remote)
        try supply.fetch(requests)
        func digest(_ number: Int, from supply: RemoteSupply) throws -> String {
            let request = requests[number]
            let package = try PackageVerifier(keys: KeyRing()).verify(
                supply.open(request), expecting: request.expectation)
            return TestHash.hex(try #require(package.verifyContents(hashing: .file).fileSHA256))
        }
        let digests = try [digest(0, from: supply), digest(1, from: supply)]
        let paths = digests.map { "\(cache)/v1/objects/\($0.prefix(2))/\($0)" }
        var bytes = try SharedFiles.bytes(paths[0])
        switch damage {
        case "a bit": bytes[bytes.count / 2] ^= 1
        case "cut short": bytes.removeLast()
        case "more bytes": bytes += [0]
        case "another package": bytes = try SharedFiles.bytes(paths[1])
        default: bytes = []
        }
        func poison() throws { try Data(bytes).write(to: URL(fileURLWithPath: paths[0])) }
        try poison()
        let asked = server.requests.count
        #expect(try digest(0, from: supply) == digests[0])
        #expect(server.requests.count == asked + 1)
        try poison()
        options.remote.isOffline = true
        let offline = try RemoteSupply(options.remote)
        #expect(throws: RepositoryError.self) { _ = try offline.open(requests[0]) }
        #expect(try digest(1, from: offline) == digests[1])
    }

    @Test func whatIsUsedLeastLatelyGoesFirst() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        defer { server.stop() }
        let options = FixtureMirror.options("http://127.0.0.1:\(server.port)", cache: cache)
        let requests = try requests(options, 6)
        let supply = try RemoteSupply(options.remote)
        try supply.fetch(requests)
        usleep(20_000)
        _ = try supply.open(requests[0])
        let size = try supply.open(requests[0]).size()
        let report = Cache(directory: cache).collect(keeping: size)
        #expect(report.files == 1 && report.bytes == size)
        #expect(try supply.fetch([requests[0]]) == [false])
        #expect(try supply.fetch(Array(requests[1...])).allSatisfy { $0 })
        let all = Cache(directory: cache).collect(keeping: 0)
        #expect(all.files == 0)
    }
}
