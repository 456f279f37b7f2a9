from importlib import import_module

from django.db import migrations

# A fragment of a company already counted weighs nothing; rows of zero weight (operations) do not count as such a
# reading.
CONSIGNER = """
CREATE OR REPLACE FUNCTION journal.consigner(entrees jsonb, maintenant timestamptz, limites integer[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    instant constant timestamptz(3) := date_trunc('milliseconds', maintenant);
    ligne journal.consultation;
    lignes journal.consultation[];
    agents text[];
    budgets text[];  -- that of each agent: his own, or the one that the programs of a service share
    distincts text[];
    demandes bigint[];  -- companies asked for, by distinct budget
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
    SELECT array_agg(u.agent ORDER BY u.agent), array_agg(u.budget ORDER BY u.agent) INTO agents, budgets FROM (
        SELECT (e ->> 'agent') COLLATE "C" AS agent, max(coalesce(nullif(e ->> 'budget', ''), e ->> 'agent')) AS budget
        FROM jsonb_array_elements(entrees) AS e GROUP BY 1
    ) AS u;
    -- Shared budgets, then heads, each in order: two writers never wait for one another. The head of an agent is also
    -- the lock of his own budget.
    PERFORM pg_advisory_xact_lock(v.verrou) FROM (
        SELECT DISTINCT hashtextextended('journal.budget ' || u.budget, 0) AS verrou
        FROM unnest(agents, budgets) AS u(agent, budget) WHERE u.budget <> u.agent ORDER BY 1
    ) AS v;
    FOREACH qui IN ARRAY agents LOOP
        LOOP
            PERFORM FROM journal.tete WHERE agent = qui FOR UPDATE;
            EXIT WHEN FOUND;
            -- Absent, or just removed by the purge.
            INSERT INTO journal.tete VALUES (qui, 0, '') ON CONFLICT DO NOTHING;
        END LOOP;
    END LOOP;

    FOR ligne IN SELECT * FROM jsonb_populate_recordset(NULL::journal.consultation, entrees) LOOP
        -- The blocks that a sheet loads afterwards disclose no other company than the sheet did, nor does the page of an
        -- operation that is opened again: but the company must have been weighed.
        IF ligne.surface IN ('direct', 'fragment', 'operation') AND ligne.numero <> '' AND (
            ligne.agent || ' ' || left(ligne.numero, 9) = ANY (vus)
            OR EXISTS (
                SELECT FROM journal.consultation AS c
                WHERE c.agent = ligne.agent AND c.poids > 0 AND left(c.numero, 9) = left(ligne.numero, 9)
                    AND c.quand > instant
                        - CASE ligne.surface WHEN 'operation' THEN interval '1 hour' ELSE interval '10 minutes' END
            )
        ) THEN
            ligne.poids := 0;
        END IF;
        IF ligne.poids > 0 THEN
            vus := vus || (ligne.agent || ' ' || left(ligne.numero, 9));
        END IF;
        lignes := lignes || ligne;
    END LOOP;
    SELECT array_agg(u.budget), array_agg(u.demande) INTO distincts, demandes FROM (
        SELECT a.budget, coalesce(sum(l.poids), 0)::bigint AS demande FROM unnest(agents, budgets) AS a(agent, budget)
        JOIN unnest(lignes) AS l ON l.agent = a.agent GROUP BY a.budget
    ) AS u;

    refus := journal.depasse(distincts, demandes, instant, limites);
    IF refus IS NOT NULL THEN
        INSERT INTO journal.refus (quand, agent, siret_administration, habilitations, raison_code, source, numero, surface,
            requete, adresse_ip)
        SELECT instant, l.agent, l.siret_administration, l.habilitations, 'volume', coalesce(l.sources[1], ''), l.numero,
            l.surface, l.requete, l.adresse_ip
        FROM unnest(lignes) AS l JOIN unnest(agents, budgets) AS a(agent, budget) ON a.agent = l.agent
        WHERE a.budget = refus ->> 'budget' LIMIT 1;
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
    INSERT INTO journal.compteur (budget, agent, tranche, poids)
    SELECT a.budget, a.agent, date_bin('10 minutes', instant, 'epoch'), sum(l.poids)
    FROM unnest(agents, budgets) AS a(agent, budget) JOIN unnest(lignes) AS l ON l.agent = a.agent
    WHERE l.poids > 0 GROUP BY a.budget, a.agent
    ON CONFLICT (budget, tranche, agent) DO UPDATE SET poids = compteur.poids + excluded.poids;
    RETURN NULL;
END
$$;
"""

_AVANT = import_module("fce.droits.journal.migrations.0004_budgets").FONCTIONS
AVANT = _AVANT[: _AVANT.index("-- The limit that a request would pass")]


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_budgets")]

    operations = [migrations.RunSQL(CONSIGNER, AVANT)]
