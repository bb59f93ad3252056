-- The ledger's steps and the storing of new answers, each one round trip and one transaction.
-- All run under READ COMMITTED, which the client sees to: each statement sees what others committed before it began. So a
-- lock is a statement of its own: read in the same statement, what the lock protects would be older than the lock.

-- Seconds on the store's own scale: the database's wall clock as it was anchored. A client says where the scale must be
-- by its own monotonic clock (p_told; NULL where it cannot); where that differs by more than two seconds, the database's
-- clock was set, and the client's word counts. p_now replaces the clock in tests.
-- Why a witness: a clock set forward by 30 s would free each place of the running minute early, and the service would
-- refuse; one set back would hold them for 30 s more. Why two seconds: drift and round trips stay far below. Drift is let
-- through: were each small difference taken over, those of many clients would add up.
CREATE OR REPLACE FUNCTION scale(p_told float8, p_now float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    wall_now float8 := coalesce(p_now, extract(epoch FROM clock_timestamp()));
    anchor ticks%ROWTYPE;
    present float8;
BEGIN
    SELECT * INTO anchor FROM ticks WHERE one = 1;
    IF NOT FOUND THEN
        INSERT INTO ticks (one, steady, wall) VALUES (1, 0, wall_now) ON CONFLICT DO NOTHING;
        SELECT * INTO anchor FROM ticks WHERE one = 1;
    END IF;
    present := anchor.steady + wall_now - anchor.wall;
    IF abs(present - p_told) > 2 THEN
        -- of several who notice the step one moves the anchor; the others, who waited here, find it moved
        SELECT * INTO anchor FROM ticks WHERE one = 1 FOR UPDATE;
        present := anchor.steady + wall_now - anchor.wall;
        IF abs(present - p_told) > 2 THEN
            UPDATE ticks SET steady = p_told, wall = wall_now WHERE one = 1;
            present := p_told;
        END IF;
    END IF;
    RETURN present;
END $$;

-- Which line of servers writes now: another one after a failover, which may not know the last permits. '' where that is
-- not told: by a standby, and by services that bar this function.
CREATE OR REPLACE FUNCTION timeline() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
EXCEPTION WHEN OTHERS THEN
    RETURN '';
END $$;

-- In the order of the periods: two that add to the same rows the other way round would wait for each other.
CREATE OR REPLACE FUNCTION add_calls(p_account text, p_periods text[], p_calls bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO counts (account, period, used)
    SELECT p_account, period, greatest(0, p_calls) FROM unnest(p_periods) AS each (period) ORDER BY period
    ON CONFLICT (account, period) DO UPDATE SET used = greatest(0, counts.used + p_calls)
$$;

-- Books a call for each of some requests and claims what it is made for. Leasing, where no minute limits the key: up to
-- p_lease calls for the first request (0: it has one of its last lease), and of the others the claims alone.
-- p_request, p_prefix and p_name say in step which names a request claims. One row a request:
-- granted (permit; leasing: the calls leased), taken (by the holder in permit) or wait:WINDOW (seconds until it is worth
-- asking again), answered.
-- The order of the questions: whether a call may be made at all (cool-down, month, day, minute) before the claim, since
-- who must wait a minute must not hold back others that long; and the claim before the look for an answer.
CREATE OR REPLACE FUNCTION book(
    p_account text, p_per_minute bigint, p_per_day bigint, p_per_month bigint, p_hold float8, p_longest float8,
    p_days text, p_periods text[], p_leasing boolean, p_lease bigint, p_unused bigint, p_holder bigint, p_claim_for float8,
    p_origin text[], p_since float8[], p_request bigint[], p_prefix bigint[], p_name bytea[], p_told float8, p_now float8
) RETURNS TABLE (request bigint, said text, permit bigint, seconds float8, scale_now float8) LANGUAGE plpgsql AS $$
DECLARE
    present float8;
    latest float8 := coalesce(p_now, extract(epoch FROM clock_timestamp())) + 300;
    ends float8;
    today bigint;
    month bigint;
    places bigint;
    wanted bigint[];
    theirs float8;
    writes text := timeline();
    wrote text;
    paused float8;
BEGIN
    -- One booking at a time, of all accounts: it takes a millisecond, and a claim is no one account's. The lock ends with
    -- the transaction, so that it survives a pooler and no crash leaves it behind. Storing takes another one ('write'):
    -- a long import holds up no booking.
    PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' book', 0));
    present := scale(p_told, p_now);
    scale_now := present;
    -- A place that frees itself later than any call can end was booked before the clock was set back. 300: whoever runs
    -- with longer time-outs than we do is not robbed of a place.
    DELETE FROM permits WHERE account = p_account AND (free_at <= present OR free_at > present + p_longest + p_hold + 300);
    DELETE FROM claims WHERE until <= present OR until > present + p_longest + p_claim_for + 300;
    SELECT until INTO ends FROM holds WHERE account = p_account;
    SELECT ticks.timeline, paused_until INTO wrote, paused FROM ticks WHERE one = 1;
    IF writes <> wrote AND writes <> '' THEN
        -- a minute and a margin later none of the permits that it may not know counts any more; '' is a new store
        paused := CASE wrote WHEN '' THEN 0 ELSE present + p_hold END;
        UPDATE ticks SET timeline = writes, paused_until = paused WHERE one = 1;
    END IF;
    -- as a cool-down: further ahead than it can be, it was noted before the clock was set
    IF paused <= present + p_hold THEN
        ends := greatest(ends, paused);
    END IF;
    SELECT used INTO today FROM counts WHERE account = p_account AND period = split_part(p_days, ' ', 1);
    SELECT used INTO month FROM counts WHERE account = p_account AND period = left(p_days, 7);
    SELECT count(*) INTO places FROM permits WHERE account = p_account;
    today := coalesce(today, 0);
    month := coalesce(month, 0);
    FOR request IN 1 .. greatest(1, cardinality(p_origin)) LOOP
        permit := NULL;
        seconds := 0;
        IF ends > present THEN
            said := 'wait:cool-down';
            seconds := ends - present;
        ELSIF p_unused <= 0 AND p_per_month <= month AND (request = 1 OR NOT p_leasing) THEN
            said := 'wait:month';
        ELSIF p_unused <= 0 AND p_per_day <= today AND (request = 1 OR NOT p_leasing) THEN
            said := 'wait:day';
        ELSIF NOT p_leasing AND p_per_minute <= places THEN
            said := 'wait:minute';
            -- the p_per_minute-th latest place is the one whose end makes room; one under way may end this moment and
            -- is free p_hold after that
            SELECT soonest - present INTO seconds FROM (
                SELECT CASE settled WHEN 1 THEN free_at ELSE least(free_at, present + p_hold) END AS soonest
                FROM permits WHERE account = p_account
            ) AS held ORDER BY soonest DESC OFFSET greatest(p_per_minute, 1) - 1 LIMIT 1;
            seconds := coalesce(seconds, p_hold);
        ELSE
            said := 'granted';
            -- claim first, then look: an answer that came between a look and a claim would be asked again
            wanted := ARRAY(SELECT prefix FROM unnest(p_request, p_prefix) AS each (number, prefix) WHERE number = request);
            IF cardinality(wanted) > 0 THEN
                SELECT until, holder INTO theirs, permit FROM claims
                WHERE prefix = ANY (wanted) AND origin = p_origin[request] AND holder <> p_holder
                ORDER BY until DESC LIMIT 1;
                IF theirs IS NOT NULL THEN
                    said := 'taken';
                    seconds := theirs - present;
                ELSE
                    INSERT INTO claims (origin, prefix, holder, until)
                    SELECT p_origin[request], prefix, p_holder, present + p_claim_for
                    FROM (SELECT DISTINCT unnest(wanted) AS prefix) AS each
                    -- what is there is our own, of an earlier try, or was freed since it was read
                    ON CONFLICT (prefix, origin) DO UPDATE SET holder = excluded.holder, until = excluded.until;
                    IF p_since[request] IS NOT NULL AND EXISTS (
                        -- the full name decides: two may begin alike
                        SELECT FROM unnest(p_request, p_prefix, p_name) AS each (number, prefix, name)
                        JOIN names ON start = prefix >> 32 JOIN findings USING (finding)
                        WHERE number = request AND findings.origin = p_origin[request]
                        AND position(name IN findings.names) > 0
                        AND fetched_at >= floor(p_since[request]) AND fetched_at <= latest
                    ) THEN
                        said := 'answered';
                        DELETE FROM claims
                        WHERE prefix = ANY (wanted) AND origin = p_origin[request] AND holder = p_holder;
                    END IF;
                END IF;
            END IF;
            IF said = 'granted' AND NOT p_leasing THEN
                -- One that is never settled, since its process was killed, frees itself when its call must have ended
                -- and a minute and a margin later: the service may have counted it at the very last.
                INSERT INTO permits (account, day, hold, free_at, settled)
                VALUES (p_account, p_days, p_hold, present + p_longest + p_hold, 0)
                RETURNING permits.permit INTO permit;
                PERFORM add_calls(p_account, p_periods, 1);
                places := places + 1;
                today := today + 1;
                month := month + 1;
            ELSIF said = 'granted' AND request = 1 AND p_lease > 0 THEN
                -- at most a fiftieth of what is left, so that no process takes the day's last calls from the others;
                -- what an ended lease did not use goes into the new one
                permit := greatest(1, least(p_lease, (p_per_day - today + p_unused) / 50, (p_per_month - month + p_unused) / 50));
                PERFORM add_calls(p_account, p_periods, permit - p_unused);
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

-- Calls ended, and claims with them, of whose names p_origin and p_prefix tell each. Needs no lock: it only frees, and
-- each row by its key. A call keeps its place for p_hold more: the service counted it when it arrived, at some moment
-- between the booking and now, and of that moment now is the latest.
CREATE OR REPLACE FUNCTION settle(
    p_permits bigint[], p_day text, p_origin text[], p_prefix bigint[], p_holder bigint, p_told float8, p_now float8
) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    present float8 := scale(p_told, p_now);
    ended record;
BEGIN
    IF cardinality(p_prefix) > 0 THEN
        DELETE FROM claims USING unnest(p_origin, p_prefix) AS each (giver, wanted)
        WHERE prefix = wanted AND origin = giver AND holder = p_holder;
    END IF;
    IF cardinality(p_permits) > 0 THEN
        FOR ended IN
            UPDATE permits SET settled = 1, free_at = present + hold
            WHERE permit = ANY (p_permits) AND settled = 0 RETURNING account, day
        LOOP
            -- it arrived before or after midnight, nobody knows: it counts for both days
            IF p_day <> ALL (string_to_array(ended.day, ' ')) THEN
                PERFORM add_calls(ended.account, ARRAY[p_day, left(p_day, 7)], 1);
            END IF;
        END LOOP;
    END IF;
    RETURN present;
END $$;

-- A call that was never sent costs nothing. One that was sent is never given back, whatever became of it: a request that
-- broke on its way may have been counted there.
CREATE OR REPLACE FUNCTION give_back(p_permit bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    unsent record;
BEGIN
    FOR unsent IN DELETE FROM permits WHERE permit = p_permit AND settled = 0 RETURNING account, day LOOP
        PERFORM add_calls(unsent.account, ARRAY(
            SELECT DISTINCT period FROM unnest(string_to_array(unsent.day, ' ')) AS each (name),
            LATERAL (VALUES (name), (left(name, 7))) AS periods (period)
        ), -1);
    END LOOP;
END $$;

-- Stores answers about objects that nobody knew, and about such that are known by just the same names, with all that goes
-- with them; false, and nothing done, where an object is known by other ones: which of two objects keeps a name is
-- decided by the client. What an answer replaces becomes history. The calls are settled and the claims freed in the same
-- transaction: whoever finds no claim any more finds the answer.
CREATE OR REPLACE FUNCTION put_plain(
    p_origin text[], p_shape bigint[], p_fetched_at bigint[], p_status bigint[], p_malicious bigint[], p_engines bigint[],
    p_names bytea[], p_fields bytea[], p_bodies bytea[], p_owner bigint[], p_prefix bigint[], p_name bytea[],
    p_permits bigint[], p_day text, p_claimed_origin text[], p_claimed_prefix bigint[], p_holder bigint,
    p_told float8, p_now float8
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    any_known boolean := false;
    latest bigint := floor(coalesce(p_now, extract(epoch FROM clock_timestamp()))) + 300;
    known bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_origin)]);
    last bigint;
    owned record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' write', 0));
    FOR owned IN
        SELECT number, finding, shape = p_shape[number] AS alike, shape, findings.names = p_names[number] AS same
        FROM unnest(p_owner, p_prefix, p_name) AS each (number, prefix, name)
        JOIN names ON start = prefix >> 32 JOIN findings USING (finding)
        -- the full name decides: of millions, some begin alike
        WHERE origin = p_origin[number] AND position(name IN findings.names) > 0
    LOOP
        -- a second owner of its names, or other names: the client looks closer
        IF known[owned.number] <> owned.finding OR NOT owned.same OR NOT (owned.alike OR (
            -- the bytes of a name do not tell its kind
            SELECT count(DISTINCT text::json ->> 0) = 1 FROM shapes WHERE shape IN (owned.shape, p_shape[owned.number])
        )) THEN
            RETURN false;
        END IF;
        known[owned.number] := owned.finding;
        any_known := true;
    END LOOP;
    IF any_known THEN
        INSERT INTO history (finding, fetched_at, status, malicious, engines)
        SELECT finding, at, status, coalesce(malicious, -1), coalesce(engines, -1)
        FROM unnest(known) WITH ORDINALITY AS each (finding, number) JOIN findings USING (finding),
        -- a date ahead of now is a clock's error, and goes no further
        LATERAL (SELECT CASE WHEN fetched_at > latest THEN least(fetched_at, p_fetched_at[number]) ELSE fetched_at END) AS was (at)
        WHERE (at, status, malicious, engines)
            IS DISTINCT FROM (p_fetched_at[number], p_status[number], p_malicious[number], p_engines[number])
        ON CONFLICT DO NOTHING;
        UPDATE findings SET shape = p_shape[number], fetched_at = p_fetched_at[number], status = p_status[number],
            malicious = p_malicious[number], engines = p_engines[number], fields = p_fields[number]
        FROM unnest(known) WITH ORDINALITY AS each (stored, number) WHERE finding = stored;
        DELETE FROM bodies USING unnest(known, p_bodies) AS each (stored, body) WHERE finding = stored AND length(each.body) = 0;
    END IF;
    SELECT coalesce(max(finding), 0) INTO last FROM findings;
    INSERT INTO findings (finding, origin, shape, fetched_at, status, malicious, engines, names, fields)
    SELECT last + number, origin, shape, fetched_at, status, malicious, engines, names, fields
    FROM unnest(p_origin, p_shape, p_fetched_at, p_status, p_malicious, p_engines, p_names, p_fields)
        WITH ORDINALITY AS each (origin, shape, fetched_at, status, malicious, engines, names, fields, number)
    WHERE known[number] IS NULL;
    INSERT INTO names (start, finding)
    SELECT DISTINCT prefix >> 32, last + number FROM unnest(p_owner, p_prefix) AS each (number, prefix)
    WHERE known[number] IS NULL;
    INSERT INTO bodies (finding, body)
    SELECT coalesce(known[number], last + number), body
    FROM unnest(p_bodies) WITH ORDINALITY AS each (body, number)
    WHERE length(body) > 0
    ON CONFLICT (finding) DO UPDATE SET body = excluded.body;
    IF cardinality(p_permits) > 0 OR cardinality(p_claimed_prefix) > 0 THEN
        PERFORM settle(p_permits, p_day, p_claimed_origin, p_claimed_prefix, p_holder, p_told, p_now);
    END IF;
    RETURN true;
END $$;
