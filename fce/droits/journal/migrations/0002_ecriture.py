from django.db import migrations

# One statement takes the locks, checks the limits and writes chain and rows. It returns null, or the limit reached, in
# which case only the refusal is written. Generic plans: planning would be half of its cost.
#
# The hashed text is a sequence of netstrings (length in UTF-8 bytes, colon, value, comma), so that two rows never give
# the same text; ``fce.droits.journal.empreintes`` computes it again to verify. The planner inlines ``net`` only if everything
# in it is immutable, hence the cast.
CONSIGNER = """
CREATE FUNCTION journal.net(valeur text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT octet_length(valeur)::text || ':' || valeur || ','
$$;

CREATE FUNCTION journal.consigner(entrees jsonb, maintenant timestamptz, limites integer[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    instant constant timestamptz(3) := date_trunc('milliseconds', maintenant);
    ligne journal.consultation;
    lignes journal.consultation[];
    agents text[];
    demandes bigint[];  -- companies that each agent asks for
    vus text[] := '{}';
    habilitations text;
    sources text;
    comptes text;
    refus jsonb;
    qui text;
BEGIN
    -- Before the heads and the numbers: who seals or verifies takes the table for an instant, and then knows that no
    -- number given out is still on its way.
    LOCK TABLE journal.consultation IN ROW EXCLUSIVE MODE;
    -- Heads in order: two writers never wait for one another.
    agents := ARRAY(SELECT DISTINCT (e ->> 'agent') COLLATE "C" FROM jsonb_array_elements(entrees) AS e ORDER BY 1);
    FOREACH qui IN ARRAY agents LOOP
        LOOP
            PERFORM FROM journal.tete WHERE agent = qui FOR UPDATE;
            EXIT WHEN FOUND;
            -- Absent, or just removed by the purge.
            INSERT INTO journal.tete VALUES (qui, 0, '') ON CONFLICT DO NOTHING;
        END LOOP;
    END LOOP;

    FOR ligne IN SELECT * FROM jsonb_populate_recordset(NULL::journal.consultation, entrees) LOOP
        -- The blocks that a sheet loads afterwards disclose no other company than the sheet did.
        IF ligne.surface IN ('direct', 'fragment') AND ligne.numero <> '' AND (
            ligne.agent || ' ' || left(ligne.numero, 9) = ANY (vus)
            OR EXISTS (
                SELECT FROM journal.consultation AS c
                WHERE c.agent = ligne.agent AND c.quand > instant - interval '10 minutes'
                    AND left(c.numero, 9) = left(ligne.numero, 9)
            )
        ) THEN
            ligne.poids := 0;
        END IF;
        vus := vus || (ligne.agent || ' ' || left(ligne.numero, 9));
        lignes := lignes || ligne;
    END LOOP;
    demandes := ARRAY(
        SELECT coalesce(sum(l.poids), 0)::bigint FROM unnest(agents) WITH ORDINALITY AS a(agent, ordre)
        JOIN unnest(lignes) AS l ON l.agent = a.agent GROUP BY a.ordre ORDER BY a.ordre);

    refus := journal.depasse(agents, demandes, instant, limites);
    IF refus IS NOT NULL THEN
        INSERT INTO journal.refus (quand, agent, raison_code, source, numero, surface, requete, adresse_ip)
        SELECT instant, l.agent, 'volume', coalesce(l.sources[1], ''), l.numero, l.surface, l.requete, l.adresse_ip
        FROM unnest(lignes) AS l WHERE l.agent = refus ->> 'agent' LIMIT 1;
        RETURN refus;
    END IF;

    FOREACH ligne IN ARRAY lignes LOOP
        ligne.quand := instant;
        -- Last of all: a number taken and not used is a hole, and a hole is looked into.
        ligne.id := nextval('journal.consultation_id_seq');
        SELECT t.rang + 1, t.empreinte INTO ligne.rang, ligne.empreinte_precedente
        FROM journal.tete AS t WHERE t.agent = ligne.agent;
        SELECT coalesce(string_agg(journal.net(u.h), '' ORDER BY u.o), '') INTO habilitations
        FROM unnest(ligne.habilitations) WITH ORDINALITY AS u(h, o);
        SELECT coalesce(string_agg(journal.net(u.s), '' ORDER BY u.o), '') INTO sources
        FROM unnest(ligne.sources) WITH ORDINALITY AS u(s, o);
        SELECT coalesce(string_agg(journal.net(l.key) || journal.net(l.value), '' ORDER BY l.key COLLATE "C"), '')
        INTO comptes FROM jsonb_each_text(ligne.lignes) AS l;
        ligne.empreinte := sha256(convert_to(
            journal.net(encode(ligne.empreinte_precedente, 'hex'))
            || journal.net(ligne.id::text)
            || journal.net(to_char(ligne.quand AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
            || journal.net(ligne.agent)
            || journal.net(ligne.rang::text)
            || journal.net(ligne.siret_administration)
            || journal.net(habilitations)
            || journal.net(ligne.finalite)
            || journal.net(sources)
            || journal.net(ligne.numero)
            || journal.net(ligne.surface)
            || journal.net(ligne.action)
            || journal.net(comptes)
            || journal.net(ligne.classe)
            || journal.net(ligne.requete)
            || journal.net(ligne.adresse_ip)
            || journal.net(ligne.poids::text),
            'UTF8'));
        INSERT INTO journal.consultation SELECT (ligne).*;
        UPDATE journal.tete SET rang = ligne.rang, empreinte = ligne.empreinte WHERE agent = ligne.agent;
    END LOOP;
    INSERT INTO journal.compteur (agent, tranche, poids)
    SELECT a.agent, date_bin('10 minutes', instant, 'epoch'), a.demande
    FROM unnest(agents, demandes) AS a(agent, demande) WHERE a.demande > 0
    ON CONFLICT (agent, tranche) DO UPDATE SET poids = compteur.poids + excluded.poids;
    RETURN NULL;
END
$$;

-- The limit that a request would pass, and the seconds to wait for it: those of the longest wait.
CREATE FUNCTION journal.depasse(agents text[], demandes bigint[], instant timestamptz, limites integer[]) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$  -- called by the one above alone: its search_path
DECLARE
    trouve record;
    compte bigint;
    attente bigint;
    refus jsonb;
BEGIN
    FOR trouve IN
        -- Whole slots, that which the window cuts included: nearly always far enough from the limit to stop here.
        SELECT a.agent, a.demande, limites[n][1] AS limite, limites[n][2] AS secondes,
            instant - make_interval(secs => limites[n][2]) AS seuil
        FROM unnest(agents, demandes) AS a(agent, demande), generate_subscripts(limites, 1) AS n
        WHERE a.demande > 0 AND a.demande + (
            SELECT coalesce(sum(k.poids), 0) FROM journal.compteur AS k
            WHERE k.agent = a.agent
                AND k.tranche >= date_bin('10 minutes', instant - make_interval(secs => limites[n][2]), 'epoch')
        ) > limites[n][1]
    LOOP
        -- Then the rows themselves for the slot that the window cuts: exact.
        SELECT coalesce(sum(k.poids), 0) INTO compte FROM journal.compteur AS k
        WHERE k.agent = trouve.agent AND k.tranche > date_bin('10 minutes', trouve.seuil, 'epoch');
        SELECT compte + coalesce(sum(c.poids), 0) INTO compte FROM journal.consultation AS c
        WHERE c.agent = trouve.agent AND c.quand > trouve.seuil
            AND c.quand < date_bin('10 minutes', trouve.seuil, 'epoch') + interval '10 minutes';
        CONTINUE WHEN compte + trouve.demande <= trouve.limite;
        -- When enough will have left the window; never, when the request alone is over the limit.
        SELECT ceil(extract(epoch FROM min(p.quand) - trouve.seuil)) INTO attente FROM (
            SELECT c.quand, sum(c.poids) OVER (ORDER BY c.quand, c.id) AS libere
            FROM journal.consultation AS c WHERE c.agent = trouve.agent AND c.quand > trouve.seuil
        ) AS p WHERE compte - p.libere + trouve.demande <= trouve.limite AND trouve.demande <= trouve.limite;
        IF refus IS NULL OR attente IS NULL OR attente > (refus ->> 'attente')::bigint THEN
            refus := jsonb_build_object('agent', trouve.agent, 'limite', trouve.limite, 'fenetre', trouve.secondes,
                'demande', trouve.demande, 'attente', attente);
        END IF;
        EXIT WHEN attente IS NULL;
    END LOOP;
    RETURN refus;
END
$$;

CREATE FUNCTION journal.refuser(entree jsonb, maintenant timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO journal.refus (quand, agent, raison_code, source, numero, surface, requete, adresse_ip)
    SELECT date_trunc('milliseconds', maintenant), e ->> 'agent', e ->> 'raison_code', e ->> 'source', e ->> 'numero',
        e ->> 'surface', e ->> 'requete', e ->> 'adresse_ip'
    FROM (SELECT entree AS e) AS u
$$;

-- A reading of the journal is a consultation like another, chained, with its reason beside it.
CREATE FUNCTION journal.lire(
    entree jsonb, maintenant timestamptz, agents text[], motif text, filtres jsonb, lignes bigint
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM journal.consigner(jsonb_build_array(entree), maintenant, NULL);
    INSERT INTO journal.lecture_du_journal (quand, lecteur, agents, motif, filtres, lignes, consultation)
    VALUES (date_trunc('milliseconds', maintenant), entree ->> 'agent', agents, motif, filtres, lignes,
        currval('journal.consultation_id_seq'));
END
$$;
"""

ANNULER = """
DROP FUNCTION journal.lire(jsonb, timestamptz, text[], text, jsonb, bigint);
DROP FUNCTION journal.refuser(jsonb, timestamptz);
DROP FUNCTION journal.consigner(jsonb, timestamptz, integer[]);
DROP FUNCTION journal.depasse(text[], bigint[], timestamptz, integer[]);
DROP FUNCTION journal.net(text);
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_tables")]

    operations = [migrations.RunSQL(CONSIGNER, ANNULER)]
