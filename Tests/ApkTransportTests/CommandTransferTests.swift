import ApkTestSupport
import Foundation
import Testing

/// The command with its helper program, as processes: many at once, killed, without a network.
@Suite(.enabled(if: CommandRun.isBuilt, "apkresolve and apkresolve-transport are not built"), .serialized)
struct CommandTransferTests {
    private func words(_ verb: [String], _ url: String, _ cache: String) -> [String] {
        [CommandRun.program] + verb + [
            "-X", url, "--arch", "x86_64", "--keys-dir", FixtureMirror.keys, "--cache-dir", cache,
        ]
    }

    @Test func thirtyTwoProcessesShareOneEmptyCache() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        defer { server.stop() }
        let jobs = try (0..<32).map { _ in
            try CommandRun.Job(words(["fetch", "nodejs"], "http://127.0.0.1:\(server.port)", cache))
        }
        for job in jobs { try job.process.run() }
        for job in jobs {
            let outcome = job.finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("18 packages, "))
        }
        // One process has the right to fetch a file, and the others find it.
        for (path, requests) in Dictionary(grouping: server.requests, by: \.path) where path.hasSuffix(".apk") {
            #expect(requests.count <= 2, "\(path)")
        }
        #expect(FixtureMirror.poison(in: cache) == [])
    }

    /// Row E (and CVE-2024-36127 of row F): what a repository's URL has for its server alone is in nothing that any verb
    /// says or writes, when it works and when it fails.
    @Test func credentialsAreInNothingThatIsWritten() throws {
        let directory = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try FixtureMirror.server { request in
            request.fields["authorization"] == "Basic dXNlcjpzM2NyZXQ=" ? nil : .status(401)
        }
        defer { server.stop() }
        let verbs: [[String]] = [
            ["resolve", "nodejs", "--format", "json", "--stats"], ["resolve", "nodejs", "-v"], ["resolve", "none"],
            ["resolve", "none", "--format", "json"], ["why", "zlib", "--for", "nodejs"],
            ["graph", "nodejs", "--format", "html", "-o", directory + "/graph.html"],
            ["lock", "musl", "-o", directory + "/lock.json"],
            ["fetch", "musl", "--to", directory + "/to", "--progress", "json"], ["index", "check"],
            ["install", "musl", "--root", directory + "/root", "--format", "json"],
            ["install", "musl", "--format", "tar", "-o", directory + "/root.tar"],
            [
                "image", "musl", "-o", directory + "/image.tar", "--sbom", "spdx", "--sbom", "cyclonedx",
            ],
            ["image", "musl", "--format", "oci", "-o", directory + "/image"],
        ]
        for (password, isRight) in [("s3cret", true), ("wr0ng", false)] {
            let url = "http://user:\(password)@127.0.0.1:\(server.port)"
            for verb in verbs {
                let outcome = try CommandRun.run(words(verb, url, directory + "/cache-\(isRight)"))
                let text = outcome.output + outcome.errors
                #expect(!text.contains(password), "\(verb): \(text)")
                #expect(isRight || outcome.status == 4, "\(verb): \(text)")
                if isRight, !verb.contains("none"), verb[0] != "index" { #expect(outcome.status == 0, "\(text)") }
            }
        }
        var files = 0
        for name in FileManager.default.enumerator(atPath: directory)?.compactMap({ $0 as? String }) ?? [] {
            guard let bytes = FileManager.default.contents(atPath: directory + "/" + name) else { continue }
            files += 1
            for password in ["s3cret", "wr0ng", "dXNlcjpzM2NyZXQ"] {
                #expect(bytes.range(of: Data(password.utf8)) == nil, "\(name)")
            }
        }
        #expect(files > 20)
        // Of a root, somebody else is to use the line, with credentials of his own.
        let settings = FileManager.default.contents(atPath: directory + "/root/etc/apk/repositories")
        #expect(settings == Data("http://127.0.0.1:\(server.port)\n".utf8))
        #expect(FileManager.default.fileExists(atPath: directory + "/lock.json"))
    }

    /// `APKRESOLVE_KILLS=1000` for more than a sample.
    @Test func whatIsKilledLeavesACacheThatIsRight() throws {
        let kills = ProcessInfo.processInfo.environment["APKRESOLVE_KILLS"].flatMap { Int($0) } ?? 40
        var generator = SplitMix64(seed: 5)
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        func clean() throws {
            let outcome = try CommandRun.run(words(["fetch", "nodejs", "--refresh"], url, cache))
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(FixtureMirror.poison(in: cache) == [])
        }
        let start = ContinuousClock.now
        try clean()
        let whole = ContinuousClock.now - start
        for round in 1...kills {
            try? FileManager.default.removeItem(atPath: cache + "/v1/objects")
            let job = try CommandRun.Job(words(["fetch", "nodejs", "--refresh"], url, cache))
            try job.process.run()
            usleep(UInt32(Double.random(in: 0...1, using: &generator) * Double(whole.components.attoseconds) / 1e12))
            kill(job.process.processIdentifier, SIGKILL)
            _ = job.finish()
            #expect(FixtureMirror.poison(in: cache) == [])
            if round.isMultiple(of: 10) { try clean() }
        }
        try clean()
    }

    @Test(.enabled(if: Self.hasNamespaces, "unshare -rn is not allowed here"))
    func withoutNetworkLockAndCacheInstall() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        let url = "http://127.0.0.1:\(server.port)"
        let lock = cache + "/apk.lock.json"
        let made = try CommandRun.run(words(["lock", "nodejs", "--lock", lock], url, cache))
        #expect(made.status == 0, "\(made.errors)")
        server.stop()
        // No keys but those of the cache, and not even a loopback interface.
        let unshare = try #require(CommandRun.tool("unshare"))
        let root = cache + "/root"
        let empty = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: empty) }
        let arguments = [
            "install", "--root", root, "--lock", lock, "--locked", "--offline", "-X", url, "--arch", "x86_64",
            "--keys-dir", empty, "--cache-dir", cache,
        ]
        let outcome = try CommandRun.run([unshare, "-rn", CommandRun.program] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(FileManager.default.fileExists(atPath: root + "/lib/apk/db/installed"))
        // The same without `--offline` does need what is not there, and says so.
        let online = arguments.filter { $0 != "--offline" } + ["--refresh"]
        #expect(try CommandRun.run([unshare, "-rn", CommandRun.program] + online).status == 4)
    }

    /// A limit of the shell's is an error like any other: of a file of the root, and of a download.
    @Test(arguments: [false, true])
    func aFileThatMayNotGrowIsAnError(_ isRemote: Bool) throws {
        let directory = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try FixtureMirror.server()
        defer { server.stop() }
        let url = isRemote ? "http://127.0.0.1:\(server.port)" : FixtureMirror.repository
        let command = words(["install", "nodejs", "--root", directory + "/root"], url, directory + "/cache")
        let outcome = try CommandRun.run(["/bin/sh", "-c", "ulimit -f 8 && exec \"$@\"", "sh"] + command)
        #expect(outcome.status == 4)
        #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: directory + "/root"))
    }

    private static let hasNamespaces: Bool = {
        guard let unshare = CommandRun.tool("unshare") else { return false }
        return (try? CommandRun.run([unshare, "-rn", "true"]).status) == 0
    }()

    @Test func withoutTheHelperTheMessageSaysWhatToDo() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let outcome = try CommandRun.run(
            words(["nodejs"], "http://127.0.0.1:9", cache), environment: ["APKRESOLVE_TRANSPORT": "/nonexistent"])
        #expect(outcome.status == 4)
        #expect(
            outcome.errors == """
                error: http://127.0.0.1:9/x86_64/APKINDEX.tar.gz: cannot be fetched: the program /nonexistent cannot be \
                run: No such file or directory; it belongs beside apkresolve, and `swift build -c release` makes both \
                (APKRESOLVE_TRANSPORT may name another place)

                """)
    }

    @Test func proxiesComeFromTheEnvironment() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        // A proxy is asked for whole URLs.
        let proxy = try MisbehavingServer { request in
            guard let url = URL(string: request.path), url.host == "mirror.invalid" else { return .status(400) }
            return FixtureMirror.content(url.path).map { .file($0, for: request) } ?? .status(404)
        }
        defer { proxy.stop() }
        for name in ["http_proxy", "HTTP_PROXY"] {
            let outcome = try CommandRun.run(
                words(["nodejs", "--closure", "--refresh"], "http://mirror.invalid", cache),
                environment: [name: "http://127.0.0.1:\(proxy.port)"])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }

    @Test func progressAsJSONTellsOfEveryFile() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server { $0.count == 1 && $0.path.contains("/musl-") ? .status(500) : nil }
        defer { server.stop() }
        let outcome = try CommandRun.run(
            words(["fetch", "nodejs", "--progress", "json"], "http://127.0.0.1:\(server.port)", cache))
        #expect(outcome.status == 0)
        let events = try outcome.errors.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let finished = events.filter { $0["event"] as? String == "finished" && $0["kind"] as? String == "package" }
        #expect(finished.count == 18)
        let retry = try #require(events.first { $0["event"] as? String == "retrying" })
        #expect((retry["failure"] as? [String: Any])?["status"] as? Int == 500)
    }

    @Test func aFetchedDirectoryIsARepository() throws {
        let cache = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let server = try FixtureMirror.server()
        let target = cache + "/mirror"
        let fetched = try CommandRun.run(
            words(["fetch", "nodejs", "--to", target, "--no-cache"], "http://127.0.0.1:\(server.port)", cache))
        #expect(fetched.status == 0, "\(fetched.errors)")
        server.stop()
        let index = FixtureMirror.content(FixtureMirror.indexPath)
        #expect(FileManager.default.contents(atPath: target + "/x86_64/APKINDEX.tar.gz").map { [UInt8]($0) } == index)
        #expect(try FileManager.default.contentsOfDirectory(atPath: target + "/x86_64").count == 19)
        let installed = try CommandRun.run(words(["install", "nodejs", "--root", cache + "/r"], target, cache))
        #expect(installed.status == 0, "\(installed.errors)")
    }

    // MARK: - Servers of others

    /// nginx from Debian serves the real corpus.
    @Test(
        .enabled(if: CommandRun.tool("nginx") != nil, "nginx is not installed"),
        .enabled(if: SharedFiles.isAvailable, "the shared corpus is not there"))
    func nginxServesTheRealCorpus() throws {
        let scratch = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let socket = try FixtureMirror.server()
        let port = socket.port
        socket.stop()
        usleep(50_000)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(scratch)/t;" }
        try """
        daemon off; master_process off; pid \(scratch)/pid; error_log \(scratch)/error.log;
        events {}
        http { access_log off; \(temporary.joined(separator: " "))
          server { listen 127.0.0.1:\(port); root \(SharedFiles.path("corpus/alpine")); } }
        """.write(toFile: scratch + "/nginx.conf", atomically: true, encoding: .utf8)
        let nginx = try CommandRun.Job([
            try #require(CommandRun.tool("nginx")), "-e", scratch + "/error.log", "-c", scratch + "/nginx.conf",
        ])
        try nginx.process.run()
        defer { nginx.stop() }
        usleep(300_000)
        let common = [
            "-X", "http://127.0.0.1:\(port)/v3.19.1-boot", "--arch", "x86_64", "--keys-dir",
            SharedFiles.path("corpus/keys/alpine"), "--cache-dir", scratch + "/cache",
        ]
        let closure = try CommandRun.run([CommandRun.program, "alpine-base", "--closure"] + common)
        #expect(closure.status == 0, "\(closure.errors)")
        #expect(closure.output.split(separator: "\n").count == 25)
        let install = [CommandRun.program, "install", "alpine-base", "--root", scratch + "/root"] + common
        let first = try CommandRun.run(install)
        #expect(first.status == 0, "\(first.errors)")
        #expect(FixtureMirror.poison(in: scratch + "/cache") == [])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch + "/root/bin/sh") == "/bin/busybox")
    }

    /// TLS by OpenSSL's own server, with a certificate of an authority that nobody knows, then with one that the system
    /// knows: URLSession on Linux takes no other list, so the test puts its own in that place, for one process.
    @Test(.enabled(if: Self.canBind && CommandRun.tool("openssl") != nil, "unshare -rm or openssl is missing"))
    func aPrivateAuthorityMustBeKnownToTheSystem() throws {
        let scratch = FixtureMirror.scratch()
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let openssl = try #require(CommandRun.tool("openssl"))
        try "subjectAltName=IP:127.0.0.1".write(toFile: scratch + "/names", atomically: true, encoding: .utf8)
        let steps = [
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test-authority",
            "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=server",
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile names",
        ]
        for step in steps {
            let words = step.split(separator: " ").map { word in
                word.contains(".") || word == "names" ? scratch + "/" + word : String(word)
            }
            #expect(try CommandRun.run([openssl] + words).status == 0)
        }
        let socket = try FixtureMirror.server()
        let port = socket.port
        socket.stop()
        usleep(50_000)
        let server = try CommandRun.Job([
            openssl, "s_server", "-accept", "127.0.0.1:\(port)", "-cert", scratch + "/server.pem", "-key",
            scratch + "/server.key", "-WWW", "-quiet",
        ])
        server.process.currentDirectoryURL = URL(fileURLWithPath: FixtureMirror.repository)
        try server.process.run()
        defer { server.stop() }
        usleep(300_000)
        let command = words(["nodejs", "--closure"], "https://127.0.0.1:\(port)", scratch + "/cache")
        let refused = try CommandRun.run(command)
        #expect(refused.status == 4)
        #expect(refused.errors.contains("is not trusted") && refused.errors.contains("update-ca-certificates"))
        #expect(!refused.errors.contains("trying again"))
        let script = "mount --bind \"$0\" \(Self.authorities) && exec \"$@\""
        let unshare = try #require(CommandRun.tool("unshare"))
        let accepted = try CommandRun.run([unshare, "-rm", "/bin/sh", "-c", script, scratch + "/ca.pem"] + command)
        #expect(accepted.status == 0, "\(accepted.errors)")
        #expect(accepted.output.split(separator: "\n").count == 18)
        // The same server with a redirect to http: instead of an index.
        server.stop()
        let plain = try FixtureMirror.server()
        defer { plain.stop() }
        let replies = scratch + "/replies/x86_64"
        try FileManager.default.createDirectory(atPath: replies, withIntermediateDirectories: true)
        try "HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1:\(plain.port)/x86_64/APKINDEX.tar.gz\r\n\r\n".write(
            toFile: replies + "/APKINDEX.tar.gz", atomically: true, encoding: .utf8)
        let redirecting = try CommandRun.Job([
            openssl, "s_server", "-accept", "127.0.0.1:\(port)", "-cert", scratch + "/server.pem", "-key",
            scratch + "/server.key", "-HTTP", "-quiet",
        ])
        redirecting.process.currentDirectoryURL = URL(fileURLWithPath: scratch + "/replies")
        try redirecting.process.run()
        defer { redirecting.stop() }
        usleep(300_000)
        let downgraded = try CommandRun.run(
            [unshare, "-rm", "/bin/sh", "-c", script, scratch + "/ca.pem"] + command + ["--refresh"])
        #expect(downgraded.status == 4)
        #expect(downgraded.errors.contains("redirected where no connection is made: to http: from https"))
        #expect(plain.requests.isEmpty)
    }

    private static let authorities = "/etc/ssl/certs/ca-certificates.crt"

    private static let canBind: Bool = {
        guard let unshare = CommandRun.tool("unshare"), FileManager.default.fileExists(atPath: authorities) else {
            return false
        }
        let script = "mount --bind /dev/null \(authorities)"
        return (try? CommandRun.run([unshare, "-rm", "/bin/sh", "-c", script]).status) == 0
    }()
}
