// Xinglin: what is read of MongoDB. It only reads, and passwords stay in the server.
// 杏林盾：MongoDB 核查脚本。只读，不读出口令。
//   mongosh --quiet --norc "mongodb://USER@HOST:27017/admin" mongodb.js > queries.json
// The account needs the roles clusterMonitor and userAdminAnyDatabase (or a role with
// viewUser on every database instead of the latter).

(function () {
    const admin = db.getSiblingDB("admin");

    function answer(columns, rows) {
        try {
            return { columns: columns, rows: rows() };
        } catch (problem) {
            return { error: String(problem.message || problem) };
        }
    }

    function ask(command) {
        const result = admin.runCommand(command);
        if (result.ok !== 1) {
            throw new Error(result.errmsg || "refused");
        }
        return result;
    }

    // {a: {b: 1}} as ["a.b", "1"]; secrets are left out.
    function flatten(prefix, value, rows) {
        for (const key of Object.keys(value)) {
            const name = prefix === "" ? key : prefix + "." + key;
            const inner = value[key];
            if (/password|passphrase|querypw/i.test(key)) {
                continue;
            }
            if (inner !== null && typeof inner === "object" && !Array.isArray(inner)) {
                flatten(name, inner, rows);
            } else {
                rows.push([name, Array.isArray(inner) ? inner.join(",") : String(inner)]);
            }
        }
        return rows;
    }

    const answers = {
        server: answer(["version", "modules", "host"], function () {
            const build = ask({ buildInfo: 1 });
            let host = null;
            try {
                host = ask({ hostInfo: 1 }).system.hostname;
            } catch (problem) {
                host = null;
            }
            return [[build.version, (build.modules || []).join(","), host]];
        }),
        options: answer(["name", "value"], function () {
            return flatten("", ask({ getCmdLineOpts: 1 }).parsed || {}, []);
        }),
        parameters: answer(["name", "value"], function () {
            const names = ["authenticationMechanisms", "enableLocalhostAuthBypass", "scramSHA256IterationCount", "tlsMode", "auditAuthorizationSuccess"];
            const rows = [];
            for (const name of names) {
                const command = { getParameter: 1 };
                command[name] = 1;
                const result = admin.runCommand(command);
                if (result.ok === 1 && result[name] !== undefined) {
                    rows.push([name, Array.isArray(result[name]) ? result[name].join(",") : String(result[name])]);
                }
            }
            if (rows.length === 0) {
                throw new Error("getParameter was refused");
            }
            return rows;
        }),
        users: answer(["database_name", "user", "roles", "mechanisms"], function () {
            const found = ask({ usersInfo: { forAllDBs: true } });
            return found.users.map(function (user) {
                const roles = user.roles.map(function (role) { return role.role + "@" + role.db; });
                return [user.db, user.user, roles.join(","), (user.mechanisms || []).join(",")];
            });
        }),
        replica_set: answer(["members"], function () {
            const hello = admin.runCommand({ hello: 1 });
            const told = hello.ok === 1 ? hello : ask({ isMaster: 1 });
            return [[String((told.hosts || []).length)]];
        })
    };
    print(JSON.stringify(answers, null, 1));
})();
